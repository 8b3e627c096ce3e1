package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrecisionRecallTest {

  // On a line, k = 1: the real balls reach from -1 to 2 and from 9 to 11.
  @Test
  void countsOnALineAreThoseOfPaper() {
    FeatureRows real = FeatureRows.of(new double[] {0, 1, 10}, 1);
    FeatureRows generated = FeatureRows.of(new double[] {2, 20, 21}, 1);
    PrecisionRecall result = PrecisionRecall.of(real, generated, 1);
    // 2 is at 1 from 1, whose ball reaches to 0; at 8 from 10, whose ball reaches 9 to the left.
    assertThat(result.atMost()).isEqualTo(new BallCounts(1, 3, 2, 2));
    assertThat(result.below().generatedInside()).isEqualTo(1);
    assertThat(result.below().ballsOverGenerated()).isEqualTo(1);
    assertThat(result.precision()).isEqualTo(1 / 3.0);
    assertThat(result.density()).isEqualTo(1 / 3.0);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void equalSetsCoverEachOther(long seed) {
    FeatureRows rows = FrechetDistanceTest.random(300, 7, seed);
    PrecisionRecall result = PrecisionRecall.of(rows, rows, 3);
    assertThat(result.precision()).isEqualTo(1);
    assertThat(result.recall()).isEqualTo(1);
    assertThat(result.coverage()).isEqualTo(1);
    // Each point lies in its own ball, and on the surface or inside of about k others.
    assertThat(result.atMost().ballsOverGenerated()).isEqualTo(300 * 4);
    assertThat(result.below().ballsOverGenerated()).isEqualTo(300 * 3);
  }

  @Test
  void pointsThatAreAllEqualHaveBallsWithoutInside() {
    FeatureRows rows = FeatureRows.of(new double[] {4, 4, 4, 4}, 1);
    PrecisionRecall result = PrecisionRecall.of(rows, rows, 2);
    assertThat(result.precision()).isEqualTo(1);
    assertThat(result.coverage()).isEqualTo(0);
    assertThat(result.density()).isEqualTo(0);
  }

  @Test
  void farSetsShareNothing() {
    FeatureRows rows = FrechetDistanceTest.random(50, 3, 1);
    double[] far = rows.toArray();
    for (int i = 0; i < far.length; i++) {
      far[i] += 1000;
    }
    PrecisionRecall result = PrecisionRecall.of(rows, FeatureRows.of(far, 3), 3);
    assertThat(result.atMost()).isEqualTo(new BallCounts(0, 0, 0, 0));
  }

  // Distances must be equal numbers wherever rows stand and however blocks are cut.
  @Test
  void valuesOfPairsDoNotDependOnTheirPlaces() {
    FeatureRows rows = FrechetDistanceTest.random(300, 7, 1);
    double[][] squares = new double[300][300];
    RowPairs.forEach(
        rows,
        rows,
        RowPairs.Measure.SQUARED_DISTANCE,
        (from, size, otherFrom, otherSize, values) -> {
          for (int i = 0; i < size; i++) {
            System.arraycopy(values, i * otherSize, squares[from + i], otherFrom, otherSize);
          }
        });
    for (int i = 0; i < 300; i++) {
      assertThat(squares[i][i]).isZero();
      for (int j = 0; j < i; j++) {
        assertThat(squares[i][j]).isEqualTo(squares[j][i]);
      }
    }
  }

  @Test
  void tooFewPointsAreRefused() {
    FeatureRows rows = FrechetDistanceTest.random(3, 2, 1);
    assertThatThrownBy(() -> PrecisionRecall.of(rows, rows, 3))
        .hasMessage("3 nearest neighbours were asked for; there are 2 rows to choose from");
  }
}
