package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExifOrientationTest {

  // Two columns and three rows, named a to f from left to right and top to bottom.
  @ParameterizedTest(name = "orientation {0}")
  @CsvSource({
    "1,2,abcdef", "2,2,badcfe", "3,2,fedcba", "4,2,efcdab",
    "5,3,acebdf", "6,3,ecafdb", "7,3,fdbeca", "8,3,bdface"
  })
  void imageIsTurnedUpright(int orientation, int width, String expected) {
    RgbImage upright = ExifOrientation.upright(letters("abcdef", 2), orientation);
    assertThat(upright).isEqualTo(letters(expected, width));
  }

  private static RgbImage letters(String letters, int width) {
    byte[] pixels = new byte[letters.length() * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (letters.charAt(i / 3) + i % 3);
    }
    return new RgbImage(width, letters.length() / width, pixels);
  }

  @Test
  void orientationOfAFileIsAppliedOnRequestOnly() throws ImageFormatException {
    byte[] file = GoldenImages.read("exif_6.jpg");
    DecodingOptions upright =
        DecodingOptions.standard().withOrientation(DecodingOptions.Orientation.APPLY);
    assertThat(ImageDecoder.decode(file, "exif_6.jpg").width()).isEqualTo(61);
    assertThat(ImageDecoder.decode(file, "exif_6.jpg", upright).width()).isEqualTo(47);
  }
}
