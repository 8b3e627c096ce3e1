package io.github.ideal4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ideal4j.image.RgbImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenizerPicturesTest {

  /** Four pixels a side in 2 x 2 cells; every pixel of a cell is ten times its number. */
  private static RgbImage cells(int offset) {
    byte[] pixels = new byte[4 * 4 * 3];
    for (int i = 0; i < 16; i++) {
      int cell = i / 8 * 2 + i % 4 / 2;
      for (int c = 0; c < 3; c++) {
        pixels[3 * i + c] = (byte) (10 * cell + offset);
      }
    }
    return new RgbImage(4, 4, pixels);
  }

  private static TokenizerPictures pictures(List<Double> distances) {
    List<RgbImage> images = IntStream.range(0, 3).mapToObj(TokenizerPicturesTest::cells).toList();
    List<int[]> grids =
        List.of(new int[] {0, 1, 2, 3}, new int[] {3, 3, 3, 0}, new int[] {3, 5, 5, 0});
    return new TokenizerPictures(
        new Reconstructed(List.of("a", "b", "c"), images, images, grids, distances, 2, 2), 6);
  }

  @Test
  void everyCodeIsCounted() {
    assertThat(pictures(List.of()).usage().counts()).containsExactly(3L, 1L, 1L, 5L, 0L, 2L);
  }

  @Test
  void theAtlasCutsTheCellOfTheTokenWithItsNeighbours() {
    List<PictureBlock.Atlas.Entry> entries = pictures(List.of()).atlas().entries();
    assertThat(entries.stream().map(PictureBlock.Atlas.Entry::code))
        .as("by falling frequency, unused codes left out")
        .containsExactly(3, 0, 5, 1, 2);
    assertThat(entries.get(0).share()).isEqualTo(5 / 12.0);
    assertThat(entries.get(0).patches()).hasSize(5);
    RgbImage patch = entries.get(0).patches().get(0); // cell 3 of the first image
    assertThat(patch.width()).isEqualTo(6);
    assertThat(patch.sample(2, 2, 0)).as("its own cell").isEqualTo(30);
    assertThat(patch.sample(1, 1, 0)).as("the cell above to the left").isEqualTo(0);
    assertThat(patch.sample(5, 5, 0)).as("beyond the border").isEqualTo(30);
  }

  @Test
  void theWorstAndTheBestAreThoseByDistance() {
    List<Block> extremes = pictures(List.of(0.2, 0.9, 0.1)).extremes();
    assertThat(((PictureBlock.Comparisons) extremes.get(0)).pairs().get(0).label())
        .isEqualTo("b, LPIPS 0.900");
    assertThat(((PictureBlock.Comparisons) extremes.get(1)).pairs().get(0).label())
        .isEqualTo("c, LPIPS 0.100");
    assertThat(pictures(List.of()).extremes()).isEmpty();
  }

  @Test
  void listsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> pictures(List.of(0.5)))
        .hasMessage("3 photographs, but 3 labels, 3 reconstructions, 3 token grids, 1 distances");
  }

  @Test
  void attentionIsBrightestWhereTheQueryLooks() {
    float[] weights = new float[16];
    weights[3 * 4 + 1] = 0.75f; // the middle cell asks, the second one answers
    weights[3 * 4] = 0.25f;
    List<PictureBlock.Overlays.Overlay> overlays =
        AttentionMaps.of(List.of("a"), List.of(cells(0)), List.of(weights), 2, 2).overlays();
    assertThat(overlays).hasSize(3);
    assertThat(overlays.get(1).mark()).contains(new PictureBlock.Overlays.Cell(1, 1));
    RgbImage heat = overlays.get(1).cover();
    assertThat(heat.sample(1, 0, 0)).isEqualTo(252);
    assertThat(heat.sample(0, 1, 0)).isZero();
    assertThatThrownBy(
            () -> AttentionMaps.of(List.of("a"), List.of(cells(0)), List.of(new float[4]), 2, 2))
        .hasMessage("attention between 4 cells has 16 weights, got 4");
  }

  @Test
  void theLargestMistakesAreATable() {
    Block.Confusion confusion =
        new Block.Confusion(
            "",
            List.of("ant", "bass", "crab"),
            List.of(List.of(8, 1, 0), List.of(3, 5, 0), List.of(0, 0, 9)));
    assertThat(new ConfusionChart(confusion).mistakes().rows())
        .containsExactly(List.of("bass", "ant", "3 of 8"), List.of("ant", "bass", "1 of 9"));
    assertThatThrownBy(() -> new Block.Confusion("", List.of("ant"), List.of(List.of(1, 2))))
        .hasMessageContaining("no square of 1 classes");
  }

  @Test
  void ticksAreRoundNumbers() {
    assertThat(Ticks.linear(0, 1900, 6)).containsExactly(0.0, 500.0, 1000.0, 1500.0);
    assertThat(Ticks.linear(-0.13, 0.12, 5)).hasSize(5);
    assertThat(Ticks.linear(2, 2, 5)).containsExactly(2.0);
    assertThat(Ticks.text(12000)).isEqualTo("12,000");
    assertThat(Ticks.text(0.05)).isEqualTo("0.05");
    assertThat(Ticks.text(-1e-6)).isEqualTo("-1e-06");
  }
}
