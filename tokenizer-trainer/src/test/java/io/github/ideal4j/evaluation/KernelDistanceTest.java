package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelDistanceTest {

  // Sizes around the blocks of 256 rows, where a pair could be lost or counted twice.
  @ParameterizedTest(name = "{0} and {1} rows")
  @CsvSource({"2, 2", "255, 256", "257, 300", "600, 513"})
  void allPairsCountOnce(int firstRows, int secondRows) {
    FeatureRows first = FrechetDistanceTest.random(firstRows, 3, 1);
    FeatureRows second = FrechetDistanceTest.random(secondRows, 3, 2);
    double expected =
        mean(first, first, true) + mean(second, second, true) - 2 * mean(first, second, false);
    assertThat(KernelDistance.unbiased(first, second)).isCloseTo(expected, within(1e-10));
  }

  private static double mean(FeatureRows a, FeatureRows b, boolean within) {
    double sum = 0;
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < b.rows(); j++) {
        double product = 0;
        for (int k = 0; k < a.width(); k++) {
          product += a.row(i)[k] * b.row(j)[k];
        }
        sum += within && i == j ? 0 : Math.pow(product / a.width() + 1, 3);
      }
    }
    return sum / a.rows() / (within ? b.rows() - 1 : b.rows());
  }

  @Test
  void equalSeedsDrawEqualSubsets() {
    FeatureRows first = FrechetDistanceTest.random(80, 5, 1);
    FeatureRows second = FrechetDistanceTest.random(90, 5, 2);
    KernelDistance distance = KernelDistance.between(first, second, 6, 30, 7);
    assertThat(distance).isEqualTo(KernelDistance.between(first, second, 6, 30, 7));
    assertThat(distance).isNotEqualTo(KernelDistance.between(first, second, 6, 30, 8));
    assertThat(distance.subsets()).hasSize(6);
  }

  @Test
  void subsetsOfAllRowsAreAllEqual() {
    FeatureRows first = FrechetDistanceTest.random(40, 5, 1);
    FeatureRows second = FrechetDistanceTest.random(40, 5, 2);
    KernelDistance distance = KernelDistance.between(first, second, 3, 40, 1);
    assertThat(distance.mean()).isCloseTo(KernelDistance.unbiased(first, second), within(1e-10));
    assertThat(distance.standardDeviation()).isCloseTo(0, within(1e-10));
  }

  @Test
  void intervalIsStudents() {
    KernelDistance distance = new KernelDistance(List.of(1.0, 2.0, 3.0, 4.0, 5.0));
    double half = 2.776445 * Math.sqrt(2.5 / 5); // 97.5 % for 4 degrees of freedom
    assertThat(distance.interval().low()).isCloseTo(3 - half, within(0.005));
    assertThat(distance.interval().high()).isCloseTo(3 + half, within(0.005));
  }

  // From tables of Student's t.
  @ParameterizedTest(name = "{0} degrees of freedom")
  @CsvSource({
    "1, 12.7062, 1e-4", "2, 4.30265, 1e-4", "3, 3.18245, 0.015", "4, 2.77645, 0.004",
    "9, 2.26216, 2e-4", "19, 2.09302, 1e-4", "99, 1.98422, 1e-4", "1000000, 1.95997, 1e-4"
  })
  void quantilesAreThoseOfTables(int freedom, double expected, double tolerance) {
    assertThat(ConfidenceInterval.quantile(freedom)).isCloseTo(expected, within(tolerance));
  }

  @Test
  void subsetsThatCannotBeDrawnAreRefused() {
    FeatureRows rows = FrechetDistanceTest.random(10, 2, 1);
    assertThatThrownBy(() -> KernelDistance.between(rows, rows, 1, 11, 1))
        .hasMessage("subsets of 11 rows cannot be drawn from 10; give 2 to 10");
    assertThatThrownBy(() -> KernelDistance.between(rows, rows, 0, 5, 1))
        .hasMessage("no pair of subsets was compared");
    assertThatThrownBy(() -> KernelDistance.unbiased(rows.range(0, 1), rows))
        .hasMessageContaining("at least 2 rows a set, got 1");
  }
}
