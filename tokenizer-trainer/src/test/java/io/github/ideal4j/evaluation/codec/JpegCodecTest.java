package io.github.ideal4j.evaluation.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.image.RgbImage;
import org.junit.jupiter.api.Test;

class JpegCodecTest extends PixelCodecContract {

  @Override
  protected PixelCodec open() {
    return new JpegCodec(6000);
  }

  @Test
  void filesComeNearTheTarget() {
    RgbImage image = Pictures.waves(256, 256, 3);
    for (long target : new long[] {20_000, 40_000, 80_000}) {
      assertThat((double) new JpegCodec(target).code(image).bits() / target).isBetween(0.9, 1.1);
    }
  }

  @Test
  void moreBitsGiveANearerImage() {
    RgbImage image = Pictures.waves(128, 96, 2);
    double coarse = Pictures.distance(image, new JpegCodec(8_000).code(image).image());
    double fine = Pictures.distance(image, new JpegCodec(40_000).code(image).image());
    assertThat(fine).isLessThan(coarse);
  }

  /** Headers alone are larger than what a tokenizer spends on 32 x 32. */
  @Test
  void aTargetBelowTheHeadersGivesTheSmallestFileAndItsRealBits() {
    Coded coded = new JpegCodec(1).code(Pictures.waves(32, 32, 1));
    assertThat(coded.bits()).isBetween(150L * 8, 400L * 8);
  }

  @Test
  void aTargetOfNothingIsRefused() {
    assertThatThrownBy(() -> new JpegCodec(0)).hasMessageContaining("got 0");
  }
}
