package io.github.ideal4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
      Pattern.compile("src=\"data:image/(?:png|jpeg);base64,([^\"]+)\"");

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
        .contains("default-src &#39;none&#39;")
        .doesNotContain("@import", "url(", "<link", "<iframe");
    Matcher addresses = Pattern.compile("\\b(?:src|srcset|href)=\"(.{5})").matcher(html);
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
    String html = page().substring(page().indexOf("<body"), page().lastIndexOf("<script>"));
    for (String tag :
        List.of(
            "div",
            "section",
            "figure",
            "figcaption",
            "table",
            "caption",
            "tr",
            "span",
            "dl",
            "svg",
            "text",
            "path",
            "rect",
            "script",
            "label",
            "output",
            "i",
            "b",
            "small")) {
      assertThat(html.split("<" + tag + "[ >]", -1))
          .as(tag)
          .hasSameSizeAs(html.split("</" + tag + ">", -1));
    }
  }

  @Test
  void chartWithoutPointsSaysSo() throws IOException {
    assertThat(page()).contains("nothing was logged");
  }

  @Test
  void scriptDataCannotEndItsElement() {
    assertThat(LiveChart.text("</script><b>\"\\\n"))
        .isEqualTo("\"\\u003c/script\\u003e\\u003cb\\u003e\\u0022\\u005c\\u000a\"");
  }

  @Test
  void thePageStatesItsSize() throws IOException {
    double stated =
        Double.parseDouble(page().replaceAll("(?s).*complete in itself: ([0-9.]+) MB.*", "$1"));
    assertThat(stated).isCloseTo(page().length() / 1e6, within(0.06));
  }

  /** Linking the licence is not enough: uPlot's text says that copies carry it. */
  @Test
  void theChartLibraryComesWithItsLicence() throws IOException {
    assertThat(page()).contains("The MIT License").contains("Leon Sorokin");
  }
}
