package io.github.ideal4j.evaluation.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.image.RgbImage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every codec keeps to. */
public abstract class PixelCodecContract {

  private PixelCodec codec;

  /** A codec, or the test is skipped. */
  protected abstract PixelCodec open() throws Exception;

  @BeforeEach
  void openCodec() throws Exception {
    codec = open();
  }

  @AfterEach
  void closeCodec() throws Exception {
    if (codec != null) {
      codec.close();
    }
  }

  @Test
  void resultsKeepSizeAndOrder() {
    List<RgbImage> images =
        List.of(Pictures.waves(48, 32, 1), Pictures.waves(48, 32, 2), Pictures.waves(16, 64, 3));
    List<Coded> coded = codec.code(images);
    assertThat(coded).hasSameSizeAs(images);
    for (int i = 0; i < images.size(); i++) {
      RgbImage image = coded.get(i).image();
      assertThat(image.width()).isEqualTo(images.get(i).width());
      assertThat(image.height()).isEqualTo(images.get(i).height());
      assertThat(coded.get(i).bits()).isPositive();
      for (int other = 0; other < images.size(); other++) {
        if (other != i && images.get(other).width() == image.width()) {
          assertThat(Pictures.distance(image, images.get(i)))
              .isLessThan(Pictures.distance(image, images.get(other)));
        }
      }
    }
  }

  @Test
  void anImageAloneGivesWhatItGivesAmongOthers() {
    RgbImage image = Pictures.waves(32, 32, 4);
    Coded alone = codec.code(image);
    Coded among =
        codec.code(List.of(Pictures.waves(32, 32, 5), image, Pictures.waves(32, 32, 6))).get(1);
    assertThat(among.bits()).isEqualTo(alone.bits());
    assertThat(Pictures.largestDifference(alone.image(), among.image())).isLessThanOrEqualTo(1);
  }

  @Test
  void theSourceIsLeftAsItIs() {
    RgbImage image = Pictures.waves(32, 32, 7);
    RgbImage copy = new RgbImage(32, 32, image.pixels().clone());
    codec.code(image);
    assertThat(image).isEqualTo(copy);
  }

  @Test
  void nothingGivesNothing() {
    assertThat(codec.code(List.of())).isEmpty();
  }

  @Test
  void itHasANameAndADescription() {
    assertThat(codec.name()).matches("[a-z0-9-]+");
    assertThat(codec.description()).isNotBlank().doesNotContain("\n");
  }
}
