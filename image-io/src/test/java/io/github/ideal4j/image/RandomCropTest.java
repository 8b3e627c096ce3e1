package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomCropTest {

  /** Red grows to the right and green downwards, so that a crop tells where it is from. */
  private static RgbImage ramp(int width, int height) {
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = (y * width + x) * RgbImage.CHANNELS;
        pixels[at] = (byte) (x * 255 / width);
        pixels[at + 1] = (byte) (y * 255 / height);
      }
    }
    return new RgbImage(width, height, pixels);
  }

  @ParameterizedTest(name = "{0} x {1} to {2}")
  @CsvSource({"300, 200, 64", "64, 64, 64", "50, 90, 64", "65, 64, 64"})
  void theResultIsASquareOfTheWantedSize(int width, int height, int size) {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20; i++) {
      RgbImage crop = RandomCrop.adm(ramp(width, height), size, 0.8, random);
      assertThat(crop.width()).isEqualTo(size);
      assertThat(crop.height()).isEqualTo(size);
    }
  }

  @Test
  void equalGeneratorsGiveEqualCropsAndOthersMove() {
    RgbImage image = ramp(200, 150);
    Set<RgbImage> crops = new HashSet<>();
    for (int seed = 0; seed < 10; seed++) {
      RgbImage crop = RandomCrop.adm(image, 64, 0.8, new SplittableRandom(seed));
      assertThat(RandomCrop.adm(image, 64, 0.8, new SplittableRandom(seed))).isEqualTo(crop);
      crops.add(crop);
    }
    assertThat(crops).hasSizeGreaterThan(8);
  }

  /** A crop that shows everything there is of a square is the one in the middle. */
  @Test
  void aSquareThatIsKeptWholeIsTheCentreCrop() {
    RgbImage image = ramp(150, 150);
    assertThat(RandomCrop.adm(image, 64, 1, new SplittableRandom(3)))
        .isEqualTo(CenterCrop.adm(image, 64));
  }

  /** Red spans 255 over the whole width: what is seen of a square tells how much was kept. */
  @Test
  void atLeastTheWantedPartIsKept() {
    RgbImage image = ramp(256, 256);
    double least = 1;
    for (int seed = 0; seed < 60; seed++) {
      RgbImage crop = RandomCrop.adm(image, 64, 0.8, new SplittableRandom(seed));
      double kept = (crop.sample(63, 0, 0) - crop.sample(0, 0, 0)) / 251.0;
      least = Math.min(least, kept);
    }
    assertThat(least).isBetween(0.77, 0.86);
  }

  @Test
  void partsOutsideTheRangeAreRefused() {
    assertThatThrownBy(() -> RandomCrop.adm(ramp(9, 9), 4, 1.5, new SplittableRandom(0)))
        .hasMessageContaining("1.5")
        .hasMessageContaining("(0, 1]");
  }
}
