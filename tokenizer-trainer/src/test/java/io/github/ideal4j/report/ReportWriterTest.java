package io.github.ideal4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {

  private static final Pattern PICTURE =
      Pattern.compile("(?:src|srcset)=\"data:image/png;base64,([^\"]+)\"");

  private static String page;

  @TempDir private Path folder;

  /** The same page for all tests: its charts take a second. */
  private static synchronized String page() throws IOException {
    if (page == null) {
      page = ReportWriter.html(SampleReport.report(images()));
    }
    return page;
  }

  private static List<RgbImage> images() {
    return IntStream.range(0, 12).mapToObj(ReportWriterTest::image).toList();
  }

  private static RgbImage image(int seed) {
    byte[] pixels = new byte[16 * 16 * 3];
    new Random(seed).nextBytes(pixels);
    return new RgbImage(16, 16, pixels);
  }

  @Test
  void pageNeedsNothingFromOutside() throws IOException {
    Path page = folder.resolve("report.html");
    ReportWriter.write(SampleReport.report(images()), page);
    String html = Files.readString(page);
    assertThat(html)
        .startsWith("<!DOCTYPE html>")
        .doesNotContain("http:", "https:", "<script", "@import", "url(");
    Matcher addresses = Pattern.compile("(?:src|srcset|href)=\"(.{5})").matcher(html);
    while (addresses.find()) {
      assertThat(addresses.group(1)).isEqualTo("data:");
    }
  }

  @Test
  void everyPictureDecodes() throws IOException {
    String html = page();
    Matcher pictures = PICTURE.matcher(html);
    int count = 0;
    boolean firstImage = false;
    while (pictures.find()) {
      byte[] png = Base64.getDecoder().decode(pictures.group(1));
      firstImage |= ImageDecoder.decode(png, "picture " + count).equals(images().get(0));
      count++;
    }
    assertThat(count).isGreaterThanOrEqualTo(12 + 4 * 9);
    assertThat(firstImage).as("an image comes back with its pixels").isTrue();
  }

  @Test
  void textIsEscaped() throws IOException {
    String html = page();
    assertThat(html)
        .contains("LPIPS &lt;b&gt;with&lt;/b&gt; &amp; &quot;quotes&quot;.")
        .contains("class &lt;0&gt;")
        .doesNotContain("<b>with");
  }

  @Test
  void tagsAreBalanced() throws IOException {
    String html = page();
    for (String tag :
        List.of("div", "section", "figure", "figcaption", "table", "tr", "span", "dl", "picture")) {
      assertThat(html.split("<" + tag + "[ >]", -1))
          .as(tag)
          .hasSameSizeAs(html.split("</" + tag + ">", -1));
    }
  }

  @Test
  void chartWithoutPointsSaysSo() throws IOException {
    assertThat(page()).contains("nothing was logged");
  }
}
