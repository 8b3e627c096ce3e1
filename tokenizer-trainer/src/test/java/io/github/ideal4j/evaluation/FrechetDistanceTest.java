package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrechetDistanceTest {

  private static final double ROUNDING = 1e-9;

  // By hand: variances 2 and 8, means 1 and 5: 16 + 2 + 8 - 2 * 4.
  @Test
  void distanceOfNumbersIsTheFormula() {
    FeatureRows first = FeatureRows.of(new double[] {0, 2}, 1);
    FeatureRows second = FeatureRows.of(new double[] {3, 7}, 1);
    FrechetDistance distance = FrechetDistance.between(first, second);
    assertThat(distance.meanTerm()).isEqualTo(16);
    assertThat(distance.value()).isCloseTo(18, within(ROUNDING));
  }

  @ParameterizedTest(name = "{0} rows")
  @ValueSource(ints = {2, 20, 64, 65, 300})
  void setIsNotFarFromItself(int count) {
    FeatureRows rows = random(count, 20, 1);
    assertThat(FrechetDistance.between(rows, rows).value()).isCloseTo(0, within(1e-10));
  }

  @Test
  void distanceGrowsWithNoise() {
    FeatureRows rows = random(500, 20, 1);
    double before = 0;
    for (double level : new double[] {0.25, 0.5, 1, 2}) {
      double[] values = rows.toArray();
      double[] noise = random(500, 20, 2).toArray();
      for (int i = 0; i < values.length; i++) {
        values[i] += level * noise[i];
      }
      double distance = FrechetDistance.between(rows, FeatureRows.of(values, 20)).value();
      assertThat(distance).isGreaterThan(before);
      before = distance;
    }
  }

  @Test
  void distanceIsSymmetric() {
    FeatureRows few = random(15, 20, 1);
    FeatureRows many = random(400, 20, 2);
    assertThat(FrechetDistance.between(few, many).value())
        .isCloseTo(FrechetDistance.between(many, few).value(), within(ROUNDING));
  }

  // Features that are always zero are common behind a ReLU; their covariance has no Cholesky
  // factor.
  @Test
  void deadFeaturesChangeNothing() {
    FeatureRows first = random(200, 6, 1);
    FeatureRows second = random(300, 6, 2);
    assertThat(FrechetDistance.between(widened(first), widened(second)).value())
        .isCloseTo(FrechetDistance.between(first, second).value(), within(ROUNDING));
  }

  private static FeatureRows widened(FeatureRows rows) {
    double[] wide = new double[rows.rows() * (rows.width() + 3)];
    for (int i = 0; i < rows.rows(); i++) {
      rows.copyRow(i, wide, i * (rows.width() + 3) + 2);
    }
    return FeatureRows.of(wide, rows.width() + 3);
  }

  @Test
  void covarianceIsThatOfTheTextbook() {
    FeatureRows rows = random(150, 3, 1);
    double[] values = rows.toArray();
    double[] covariance = FeatureStatistics.of(rows).covariance();
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        double meanA = column(values, a);
        double meanB = column(values, b);
        double sum = 0;
        for (int i = 0; i < 150; i++) {
          sum += (values[3 * i + a] - meanA) * (values[3 * i + b] - meanB);
        }
        assertThat(covariance[3 * a + b]).isCloseTo(sum / 149, within(1e-12));
      }
    }
  }

  private static double column(double[] values, int column) {
    double sum = 0;
    for (int i = column; i < values.length; i += 3) {
      sum += values[i];
    }
    return sum * 3 / values.length;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void batchesAndPartsGiveTheSameStatistics(long seed) {
    FeatureRows rows = random(700, 10, seed);
    Random random = new Random(seed);
    FeatureMoments whole = new FeatureMoments(10);
    FeatureMoments[] parts = {
      new FeatureMoments(10), new FeatureMoments(10), new FeatureMoments(10)
    };
    for (int from = 0; from < 700; ) {
      int to = Math.min(700, from + 1 + random.nextInt(50));
      whole.add(rows.range(from, to));
      parts[random.nextInt(2)].add(rows.range(from, to));
      from = to;
    }
    FeatureMoments merged = parts[2].merge(parts[0]).merge(parts[1]);
    assertThat(merged.rows()).isEqualTo(700);
    FeatureStatistics expected = FeatureStatistics.of(rows);
    for (FeatureStatistics got :
        new FeatureStatistics[] {whole.statistics(), merged.statistics()}) {
      assertThat(got.mean()).containsExactly(expected.mean(), within(1e-12));
      assertThat(got.covariance()).containsExactly(expected.covariance(), within(1e-12));
    }
  }

  // Sums of squares about 0 would leave no digit of a variance of 1 beside a mean of 1e8.
  @Test
  void largeMeanCostsNoDigits() {
    double[] values = random(500, 4, 1).toArray();
    double[] shifted = values.clone();
    for (int i = 0; i < shifted.length; i++) {
      values[i] = Math.rint(values[i] * 1024) / 1024; // exact beside the mean
      shifted[i] = values[i] + 1e8;
    }
    assertThat(FeatureStatistics.of(FeatureRows.of(shifted, 4)).covariance())
        .containsExactly(
            FeatureStatistics.of(FeatureRows.of(values, 4)).covariance(), within(1e-6));
  }

  @Test
  void statisticsMayBeAskedForBetween() {
    FeatureRows rows = random(300, 5, 1);
    FeatureMoments moments = new FeatureMoments(5);
    for (int from = 0; from < 300; from += 30) {
      moments.add(rows.range(from, from + 30));
      assertThat(moments.statistics().rows()).isEqualTo(from + 30);
    }
    assertThat(moments.statistics().covariance())
        .containsExactly(FeatureStatistics.of(rows).covariance(), within(1e-12));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> FrechetDistance.between(random(9, 3, 1), random(9, 4, 1)))
        .hasMessage("features of width 3 cannot be compared with features of width 4");
    assertThatThrownBy(() -> new FeatureMoments(3).add(random(1, 3, 1)).statistics())
        .hasMessage("a covariance needs at least 2 rows of features, got 1");
    assertThatThrownBy(() -> new FeatureMoments(3).merge(new FeatureMoments(2)))
        .hasMessageContaining("width 2 cannot be added to features of width 3");
    assertThatThrownBy(() -> FeatureStatistics.of(9, new double[2], new double[3]))
        .hasMessage("9 rows, a mean of 2 and a covariance of 3 numbers do not belong together");
  }

  static FeatureRows random(int rows, int width, long seed) {
    Random random = new Random(seed);
    double[] values = new double[rows * width];
    Arrays.setAll(values, i -> random.nextGaussian());
    return FeatureRows.of(values, width);
  }
}
