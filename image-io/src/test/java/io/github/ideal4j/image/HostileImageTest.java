package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileImageTest {

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "sampling_420.jpg",
        "progressive_420.jpg",
        "cmyk.jpg",
        "rgb.png",
        "interlaced.png",
        "palette_256.png",
        "palette.gif",
        "rgb.bmp"
      })
  void aFileCutAnywhereIsRefused(String name) {
    byte[] whole = GoldenImages.read(name);
    for (int length = 0; length < whole.length; length += 1 + length / 40) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ImageDecoder.decode(cut, name, GoldenImages.EVERYTHING))
          .as("%s cut to %d bytes", name, length)
          .isInstanceOf(ImageFormatException.class)
          .hasMessageContaining(name);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "sampling_420.jpg", "progressive_420.jpg", "ycck.jpg", "sampling_440.jpg", "rgb.png",
        "rgb_16.png", "palette_256.png", "palette.gif", "palette.bmp", "exif_6.jpg"
      })
  void damagedBytesGiveAnImageOrAnImageFormatException(String name) {
    byte[] whole = GoldenImages.read(name);
    DecodingOptions options = GoldenImages.EVERYTHING.withMaxPixels(1 << 20);
    for (int seed = 0; seed < 150; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int i = 0; i <= seed % 4; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(ImageDecoder.decode(damaged, name, options)).isNotNull();
      } catch (ImageFormatException e) {
        assertThat(e).as("seed %d", seed).hasMessageContaining(name);
      }
    }
  }

  @Test
  void sizesBeyondTheLimitsAreRefusedBeforeDecoding() {
    byte[] png = GoldenImages.read("rgb.png");
    Arrays.fill(png, 16, 24, (byte) 0);
    png[18] = (byte) 0xEA; // 59,904 columns
    png[22] = (byte) 0xEA;
    assertRefused(
        png, "59904 x 59904 is too large: at most 32768 pixels a side and 67108864 in all");
    byte[] jpeg = GoldenImages.read("sampling_420.jpg");
    int frame = find(jpeg, 0xFF, 0xC0);
    Arrays.fill(jpeg, frame + 5, frame + 9, (byte) 0x7F);
    assertRefused(jpeg, "32639 x 32639 is too large");
    byte[] gif = GoldenImages.read("palette.gif");
    Arrays.fill(gif, 6, 10, (byte) 0x7F);
    assertRefused(gif, "32639 x 32639 is too large");
    byte[] bmp = GoldenImages.read("rgb.bmp");
    Arrays.fill(bmp, 18, 26, (byte) 0x7F);
    assertRefused(bmp, "is too large");
  }

  @Test
  void negativeWidthIsRefused() {
    byte[] bmp = GoldenImages.read("rgb.bmp");
    Arrays.fill(bmp, 18, 22, (byte) 0xFF);
    assertRefused(bmp, "has no pixels: -1 x 47");
  }

  @Test
  void contentDecidesNotTheName() throws ImageFormatException {
    RgbImage image = ImageDecoder.decode(GoldenImages.read("rgb.png"), "called.jpg");
    assertThat(image.width()).isEqualTo(61);
    byte[] text = "<svg xmlns='x'/>".getBytes(StandardCharsets.UTF_8);
    assertRefused(text, "not an image that is read here (JPEG, PNG, GIF, BMP, WebP)");
    assertRefused(new byte[0], "empty");
  }

  @Test
  void nameInTheMessageStaysOnItsLine() {
    assertThatThrownBy(() -> ImageDecoder.decode(new byte[0], "two\nlines.jpg"))
        .hasMessage("'two\\u000alines.jpg': empty");
  }

  // The JDK decodes it without a word, and differs from Pillow.
  @Test
  void baselineScanSentTwiceIsRefused() {
    byte[] jpeg = GoldenImages.read("sampling_444.jpg");
    int scan = find(jpeg, 0xFF, 0xDA);
    int end = jpeg.length - 2;
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    twice.write(jpeg, 0, end);
    twice.write(jpeg, scan, jpeg.length - scan);
    assertRefused(twice.toByteArray(), "the same component in two scans");
  }

  // Every decoder smooths what is missing in its own way.
  @Test
  void progressiveFileWithoutItsLastScanIsRefused() {
    byte[] jpeg = GoldenImages.read("progressive_420.jpg");
    int last = 0;
    for (int at = find(jpeg, 0xFF, 0xDA); at < jpeg.length - 1; at++) {
      last = (jpeg[at] & 0xFF) == 0xFF && (jpeg[at + 1] & 0xFF) == 0xDA ? at : last;
    }
    byte[] early = Arrays.copyOf(jpeg, last + 2);
    early[last + 1] = (byte) 0xD9;
    assertRefused(early, "incomplete JPEG: scans are missing");
  }

  // 400 scans of a large image take seconds to decode although the file is small.
  @Test
  void moreThanAHundredScansAreRefused() {
    byte[] jpeg = GoldenImages.read("progressive_420.jpg");
    int first = find(jpeg, 0xFF, 0xDA);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(jpeg, 0, first);
    byte[] scan = {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, jpeg[first + 5], 0, 1, 5, 2};
    for (int i = 0; i < 101; i++) {
      many.write(scan, 0, scan.length);
    }
    many.write(jpeg, first, jpeg.length - first);
    assertRefused(many.toByteArray(), "JPEG with more than 100 scans");
  }

  @Test
  void wrongSumOfAChunkIsRefused() {
    byte[] png = GoldenImages.read("rgb.png");
    png[29] ^= 1;
    assertRefused(png, "wrong CRC of the chunk at byte 8");
  }

  @Test
  void kindsOfJpegThatAreNotReadAreNamed() {
    byte[] jpeg = GoldenImages.read("sampling_420.jpg");
    int frame = find(jpeg, 0xFF, 0xC0);
    byte[] arithmetic = jpeg.clone();
    arithmetic[frame + 1] = (byte) 0xC9;
    assertRefused(arithmetic, "lossless, hierarchical or arithmetic JPEG (frame type c9)");
    byte[] deep = jpeg.clone();
    deep[frame + 4] = 12;
    assertRefused(deep, "JPEG with 12 bits a sample; read are 8");
  }

  private static void assertRefused(byte[] file, String reason) {
    assertThatThrownBy(() -> ImageDecoder.decode(file, "file.jpg", GoldenImages.EVERYTHING))
        .isInstanceOf(ImageFormatException.class)
        .hasMessageStartingWith("'file.jpg': ")
        .hasMessageContaining(reason);
  }

  private static int find(byte[] bytes, int first, int second) {
    for (int at = 2; at < bytes.length - 1; at++) {
      if ((bytes[at] & 0xFF) == first && (bytes[at + 1] & 0xFF) == second) {
        return at;
      }
    }
    throw new IllegalArgumentException("no marker %02x".formatted(second));
  }
}
