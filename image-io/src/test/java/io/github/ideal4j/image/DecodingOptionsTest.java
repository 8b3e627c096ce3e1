package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is let in only when it is asked for, and limits one by one. */
class DecodingOptionsTest {

  private static void refused(String file, DecodingOptions options, String reason) {
    assertThatThrownBy(() -> ImageDecoder.decode(GoldenImages.read(file), file, options))
        .isInstanceOf(ImageFormatException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void gifBmpAndWidePngAreRefusedUnlessAskedFor() {
    DecodingOptions standard = DecodingOptions.standard();
    refused("palette.gif", standard, "GIF is not let in: formats are jpeg,png,webp");
    refused("rgb.bmp", standard, "BMP is not let in");
    refused("rgb_16.png", standard, "PNG with 16 bits a sample");
    refused("lossy.webp", standard, "WebP, which the JDK does not read");
  }

  @Test
  void everyLimitHasItsMessage() {
    refused("photo.jpg", limit("bytes=1000"), "bytes are too many: at most 1000");
    refused("photo.jpg", limit("pixels=1000"), "300 x 290 is too large");
    refused("photo.jpg", limit("side=299"), "at most 299 pixels a side");
    refused("progressive_420.jpg", limit("scans=3"), "JPEG with more than 3 scans");
    refused("cmyk.jpg", limit("components=3"), "JPEG with 4 colour components: at most 3");
    assertThatThrownBy(() -> limit("colours=3"))
        .hasMessage("'colours' is no limit; limits are bytes, pixels, side, scans and components");
    assertThatThrownBy(() -> limit("pixels=many")).hasMessageContaining("pixels=100000000 would");
    assertThatThrownBy(() -> limit("components=2")).hasMessageContaining("1, 3 or 4");
  }

  private static DecodingOptions limit(String assignment) {
    return DecodingOptions.standard().withLimits(ImageLimits.standard().with(assignment));
  }

  @Test
  void orientationIsTurnedOnlyIfApplied() throws ImageFormatException {
    byte[] file = GoldenImages.read("exif_6.jpg");
    DecodingOptions apply =
        DecodingOptions.standard().withOrientation(DecodingOptions.Orientation.APPLY);
    assertThat(ImageDecoder.decode(file, "x").width()).isEqualTo(61);
    assertThat(ImageDecoder.decode(file, "x", apply).width()).isEqualTo(47);
    assertThat(ImageHeader.read(file, "x", apply).orientation()).isEqualTo(6);
  }

  @Test
  void aLargeImageWaitsUntilOthersAreDone() throws Exception {
    HeapBudget budget = new HeapBudget(10 << 20);
    CompletableFuture<Void> second;
    try (HeapBudget.Share share = budget.take(8 << 20, "first")) {
      second =
          CompletableFuture.runAsync(
              () -> {
                try (HeapBudget.Share other = budget.take(8 << 20, "second")) {
                  assertThat(other).isNotNull();
                } catch (ImageFormatException e) {
                  throw new AssertionError(e);
                }
              });
      TimeUnit.MILLISECONDS.sleep(30);
      assertThat(second).isNotDone();
      assertThat(share).isNotNull();
    }
    second.get(5, TimeUnit.SECONDS);
    assertThatThrownBy(() -> budget.take(11 << 20, "third"))
        .hasMessageContaining("'third' needs about 11 MiB to decode, and half of the heap are 10");
  }
}
