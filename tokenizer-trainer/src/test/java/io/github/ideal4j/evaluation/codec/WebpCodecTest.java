package io.github.ideal4j.evaluation.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.ideal4j.image.RgbImage;
import org.junit.jupiter.api.Test;

class WebpCodecTest extends PixelCodecContract {

  @Override
  protected PixelCodec open() {
    assumeTrue(WebpCodec.isAvailable(), "this machine lacks libwebp");
    return new WebpCodec(4000);
  }

  @Test
  void filesComeNearTheTarget() {
    RgbImage image = Pictures.waves(256, 256, 3);
    for (long target : new long[] {10_000, 20_000, 40_000}) {
      assertThat((double) new WebpCodec(target).code(image).bits() / target).isBetween(0.85, 1.15);
    }
  }

  @Test
  void anImageBeyondTheFormatIsRefused() {
    RgbImage wide = new RgbImage(16_384, 1, new byte[16_384 * 3]);
    WebpCodec codec = new WebpCodec(1000);
    assertThatThrownBy(() -> codec.code(wide)).hasMessageContaining("16384 x 1");
  }
}
