package io.github.ideal4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.image.RgbImage;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenColoursTest {

  // Two tight bunches of entries: colours must tell the bunches apart, not the members.
  @Test
  void entriesThatAreAlikeGetColoursThatAreAlike() {
    Random random = new Random(3);
    int dim = 8;
    float[] codebook = new float[64 * dim];
    for (int i = 0; i < codebook.length; i++) {
      float centre = i / dim < 32 ? 1 : -1;
      codebook[i] = centre + 0.01f * (float) random.nextGaussian();
    }
    TokenColours colours = TokenColours.of(codebook, dim);
    assertThat(brightness(colours, 3)).isNotCloseTo(brightness(colours, 60), within(60));
    assertThat(colours.image(1, 1, new int[] {5}, 1))
        .isEqualTo(TokenColours.of(codebook, dim).image(1, 1, new int[] {5}, 1));
  }

  private static org.assertj.core.data.Offset<Integer> within(int value) {
    return org.assertj.core.data.Offset.offset(value);
  }

  private static int brightness(TokenColours colours, int token) {
    RgbImage pixel = colours.image(1, 1, new int[] {token}, 1);
    return pixel.sample(0, 0, 0) + pixel.sample(0, 0, 1) + pixel.sample(0, 0, 2);
  }

  @Test
  void gridBecomesCellsInRasterOrder() {
    TokenColours colours = TokenColours.of(new float[] {0, 0, 0, 9, 0, 0, 0, 5, 1}, 3);
    RgbImage image = colours.image(1, 2, new int[] {0, 1}, 4);
    assertThat(image.width()).isEqualTo(8);
    assertThat(image.height()).isEqualTo(4);
    assertThat(image.sample(0, 0, 0)).isEqualTo(image.sample(3, 3, 0));
    RgbImage swapped = colours.image(1, 2, new int[] {1, 0}, 4);
    assertThat(swapped.sample(7, 3, 1)).isEqualTo(image.sample(0, 0, 1));
    assertThat(image).isNotEqualTo(swapped);
  }

  @Test
  void whatIsNoCodebookIsRefused() {
    assertThatThrownBy(() -> TokenColours.of(new float[7], 3)).hasMessageContaining("7 values");
  }
}
