package io.github.ideal4j.evaluation;

/**
 * Where a mean lies with a probability of 95 %.
 *
 * @param low end
 * @param high end, at least {@code low}
 */
public record ConfidenceInterval(double low, double high) {

  private static final double Z = 1.959963984540054; // 97.5 % of a normal distribution

  public ConfidenceInterval {
    if (!(low <= high)) {
      throw new IllegalArgumentException("an interval goes up, got %s to %s".formatted(low, high));
    }
  }

  /**
   * The interval of the mean of independent values by Student's t.
   *
   * @param mean of the values
   * @param deviation of the values, with {@code count - 1}
   * @param count of the values, at least 2
   */
  static ConfidenceInterval ofMean(double mean, double deviation, int count) {
    if (count < 2) {
      throw new IllegalArgumentException(
          "an interval needs at least 2 values, got %d".formatted(count));
    }
    double half = quantile(count - 1) * deviation / Math.sqrt(count);
    return new ConfidenceInterval(mean - half, mean + half);
  }

  /**
   * The 97.5 % quantile of Student's t: exact for 1 and 2 degrees of freedom, otherwise the series
   * of Abramowitz and Stegun 26.7.5, within 0.5 % from 3 degrees of freedom on and 1e-4 from 8 on.
   */
  static double quantile(int freedom) {
    if (freedom == 1) {
      return 12.706204736174698;
    }
    if (freedom == 2) {
      return 4.302652729749462;
    }
    double z2 = Z * Z;
    double g1 = Z * (z2 + 1) / 4;
    double g2 = Z * ((5 * z2 + 16) * z2 + 3) / 96;
    double g3 = Z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    double g4 = Z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
    double r = 1.0 / freedom;
    return Z + r * (g1 + r * (g2 + r * (g3 + r * g4)));
  }
}
