package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ideal4j.image.RgbImage;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageMetricsTest {

  @Test
  void identicalImagesAreInfinitelyNear() {
    RgbImage image = random(161, 170, 1);
    assertThat(Psnr.of(image, image)).isInfinite();
    assertThat(Ssim.of(image, image)).isCloseTo(1, within(1e-12));
    assertThat(GaussianSsim.of(image, image)).isCloseTo(1, within(1e-12));
    assertThat(MsSsim.of(image, image)).isCloseTo(1, within(1e-12));
  }

  @Test
  void imagesOfDifferentSizeAreRefused() {
    RgbImage wide = random(170, 161, 1);
    RgbImage high = random(161, 170, 1);
    assertThatThrownBy(() -> Psnr.of(wide, high))
        .hasMessage("cannot compare images of 170 x 161 and 161 x 170");
    assertThatThrownBy(() -> Ssim.of(wide, high)).hasMessageContaining("161 x 170");
    assertThatThrownBy(() -> GaussianSsim.of(wide, high)).hasMessageContaining("161 x 170");
    assertThatThrownBy(() -> MsSsim.of(wide, high)).hasMessageContaining("161 x 170");
  }

  @Test
  void imagesSmallerThanTheWindowAreRefused() {
    RgbImage six = random(6, 16, 1);
    assertThatThrownBy(() -> Ssim.of(six, six))
        .hasMessage("SSIM needs at least 7 x 7 pixels, got 6 x 16");
    RgbImage ten = random(16, 10, 1);
    assertThatThrownBy(() -> GaussianSsim.of(ten, ten))
        .hasMessage("SSIM with a Gaussian window needs at least 11 x 11 pixels, got 16 x 10");
    RgbImage almost = random(160, 200, 1);
    assertThatThrownBy(() -> MsSsim.of(almost, almost))
        .hasMessage("MS-SSIM over five scales needs at least 161 x 161 pixels, got 160 x 200");
  }

  @Test
  void smallestImagesAreCompared() {
    assertThat(Ssim.of(random(7, 7, 1), random(7, 7, 2))).isBetween(-1.0, 1.0);
    assertThat(GaussianSsim.of(random(11, 11, 1), random(11, 11, 2))).isBetween(-1.0, 1.0);
    assertThat(MsSsim.of(random(161, 161, 1), random(161, 161, 2))).isBetween(0.0, 1.0);
  }

  @Test
  void oneWindowWeighsItsMiddleMost() {
    RgbImage black = new RgbImage(11, 11, new byte[11 * 11 * 3]);
    byte[] middle = new byte[11 * 11 * 3];
    middle[(5 * 11 + 5) * 3] = 100;
    byte[] corner = new byte[11 * 11 * 3];
    corner[0] = 100;
    assertThat(GaussianSsim.of(black, new RgbImage(11, 11, middle)))
        .isLessThan(GaussianSsim.of(black, new RgbImage(11, 11, corner)));
  }

  @Test
  void channelsAreComparedOneByOne() {
    RgbImage image = random(32, 32, 1);
    byte[] swapped = image.pixels().clone();
    for (int i = 0; i < swapped.length; i += 3) {
      swapped[i] = image.pixels()[i + 2];
      swapped[i + 2] = image.pixels()[i];
    }
    assertThat(GaussianSsim.of(image, new RgbImage(32, 32, swapped))).isLessThan(0.9);
  }

  private static RgbImage random(int width, int height, long seed) {
    byte[] pixels = new byte[width * height * 3];
    new Random(seed).nextBytes(pixels);
    return new RgbImage(width, height, pixels);
  }
}
