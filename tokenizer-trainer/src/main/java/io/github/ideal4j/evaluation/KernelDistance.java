package io.github.ideal4j.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Kernel distance of two sets of features (KID; Bi&#324;kowski et al. 2018, arXiv 1801.01401): the
 * unbiased squared maximum mean discrepancy with the kernel {@code (x y / width + 1)^3}, over
 * subsets that were drawn without replacement. It does not depend on the number of rows, and may be
 * negative; papers often print it times 1,000.
 *
 * @param subsets the value of each pair of subsets, at least one
 */
public record KernelDistance(List<Double> subsets) {
  public KernelDistance {
    subsets = List.copyOf(subsets);
    if (subsets.isEmpty()) {
      throw new IllegalArgumentException("no pair of subsets was compared");
    }
  }

  /**
   * Compares subsets drawn at random.
   *
   * @param subsets number of pairs of subsets; 100 are usual
   * @param size rows of each, at least 2; 1,000 are usual
   * @param seed of the draws
   */
  public static KernelDistance between(
      FeatureRows first, FeatureRows second, int subsets, int size, long seed) {
    Random random = new Random(seed);
    List<int[]> firstRows = new ArrayList<>();
    List<int[]> secondRows = new ArrayList<>();
    for (int i = 0; i < subsets; i++) {
      firstRows.add(draw(first.rows(), size, random));
      secondRows.add(draw(second.rows(), size, random));
    }
    return over(first, second, firstRows, secondRows);
  }

  /**
   * Compares given subsets.
   *
   * @param firstRows numbers of the rows of each subset of the first set
   * @param secondRows the same of the second set, as many
   */
  public static KernelDistance over(
      FeatureRows first, FeatureRows second, List<int[]> firstRows, List<int[]> secondRows) {
    if (firstRows.size() != secondRows.size()) {
      throw new IllegalArgumentException(
          "%d subsets cannot be paired with %d".formatted(firstRows.size(), secondRows.size()));
    }
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < firstRows.size(); i++) {
      values.add(unbiased(first.choose(firstRows.get(i)), second.choose(secondRows.get(i))));
    }
    return new KernelDistance(values);
  }

  /** The unbiased value of all rows at once, at least 2 of either set. */
  public static double unbiased(FeatureRows first, FeatureRows second) {
    double pairs1 = pairs(first);
    double pairs2 = pairs(second);
    return sumWithin(first) / pairs1 + sumWithin(second) / pairs2 - 2 * meanKernel(first, second);
  }

  /** The biased value of all rows at once: the pairs of each row with itself count. */
  public static double biased(FeatureRows first, FeatureRows second) {
    return meanKernel(first, first) + meanKernel(second, second) - 2 * meanKernel(first, second);
  }

  private static double pairs(FeatureRows rows) {
    if (rows.rows() < 2) {
      throw new IllegalArgumentException(
          "an unbiased kernel distance needs at least 2 rows a set, got %d".formatted(rows.rows()));
    }
    return (double) rows.rows() * (rows.rows() - 1);
  }

  /** The kernel's sum over the pairs of different rows, both orders. */
  private static double sumWithin(FeatureRows rows) {
    double[] sums = new double[rows.rows()];
    RowPairs.forEachWithin(
        rows,
        RowPairs.Measure.DOT_PRODUCT,
        (from, size, otherFrom, otherSize, values) -> {
          for (int i = 0; i < size; i++) {
            for (int j = Math.max(0, from + i + 1 - otherFrom); j < otherSize; j++) {
              sums[from + i] += kernel(values[i * otherSize + j], rows.width());
            }
          }
        });
    return 2 * Arrays.stream(sums).sum();
  }

  private static double meanKernel(FeatureRows first, FeatureRows second) {
    double[] sums = new double[first.rows()];
    RowPairs.forEach(
        first,
        second,
        RowPairs.Measure.DOT_PRODUCT,
        (from, size, otherFrom, otherSize, values) -> {
          for (int i = 0; i < size; i++) {
            for (int j = 0; j < otherSize; j++) {
              sums[from + i] += kernel(values[i * otherSize + j], first.width());
            }
          }
        });
    return Arrays.stream(sums).sum() / first.rows() / second.rows();
  }

  private static double kernel(double product, int width) {
    double base = product / width + 1;
    return base * base * base;
  }

  private static int[] draw(int rows, int size, Random random) {
    if (size < 2 || size > rows) {
      throw new IllegalArgumentException(
          "subsets of %d rows cannot be drawn from %d; give 2 to %d".formatted(size, rows, rows));
    }
    return Draws.withoutReplacement(rows, size, random);
  }

  /** The mean over subsets: the distance. */
  public double mean() {
    return Moments.mean(subsets);
  }

  /** The deviation of the subsets' values, with their number: the one that is reported. */
  public double standardDeviation() {
    return Moments.populationDeviation(subsets);
  }

  /** The deviation of the subsets' values, with their number less one. */
  public double sampleStandardDeviation() {
    return Moments.sampleDeviation(subsets);
  }

  /**
   * Where the mean over all possible subsets lies. It tells how far other subsets of the same rows
   * would lead, not how far other images would.
   */
  public ConfidenceInterval interval() {
    return ConfidenceInterval.ofMean(mean(), sampleStandardDeviation(), subsets.size());
  }
}
