package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageViewsTest {

  /** 22 x 22, a tenth more than 20; each pixel tells its place. */
  private static RgbImage places() {
    byte[] pixels = new byte[22 * 22 * 3];
    for (int i = 0; i < 22 * 22; i++) {
      pixels[3 * i] = (byte) (i % 22);
      pixels[3 * i + 1] = (byte) (i / 22);
    }
    return new RgbImage(22, 22, pixels);
  }

  /** Five crops, then those of the mirrored image: first and last pixel of the top row, and it. */
  @Test
  void tenCropsAreThoseOfTorchvision() {
    ImageViews views = ImageViews.parse("ten-crop");
    RgbImage square = views.square(places(), 20);
    assertThat(square).isEqualTo(places());
    List<String> corners =
        views.of(square, 20).stream()
            .map(
                crop ->
                    "%d-%d %d"
                        .formatted(
                            crop.sample(0, 0, 0), crop.sample(19, 0, 0), crop.sample(0, 0, 1)))
            .toList();
    assertThat(corners)
        .containsExactly(
            "0-19 0", "2-21 0", "0-19 2", "2-21 2", "1-20 1", "21-2 0", "19-0 0", "21-2 2",
            "19-0 2", "20-1 1");
  }

  @Test
  void plainAndMirrorAreOfTheMiddle() {
    ImageViews views = ImageViews.parse("plain, mirror");
    RgbImage square = views.square(places(), 20);
    assertThat(square).isEqualTo(CenterCrop.adm(places(), 20));
    assertThat(views.of(square, 20)).containsExactly(square, square.mirrored());
  }

  @Test
  void unknownAndMixedViewsAreRefused() {
    assertThatThrownBy(() -> ImageViews.parse("plain,miror"))
        .hasMessageContaining("no view 'miror'; valid are plain, mirror, top-left");
    assertThatThrownBy(() -> ImageViews.parse("plain,top-left"))
        .hasMessageContaining("either of both, got plain, top-left");
    assertThatThrownBy(() -> ImageViews.parse("plain,plain"))
        .hasMessageContaining("once each, got plain, plain");
  }
}
