package io.github.ideal4j.evaluation;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.CommonOps_MT_DDRM;

/**
 * Mean and covariance (with {@code rows - 1}) of a set of features, all that a {@link
 * FrechetDistance} asks of them; {@link FeatureMoments} collects them. Of few rows the rows
 * themselves are kept instead of a covariance, which could not be of full rank. Immutable.
 */
public final class FeatureStatistics {

  private final long rows;
  private final double[] mean; // [width]
  private final DMatrixRMaj covariance; // [width, width], or null
  private final DMatrixRMaj factor; // [width, rows], covariance = factor factor^T, or null

  private FeatureStatistics(long rows, double[] mean, DMatrixRMaj covariance, DMatrixRMaj factor) {
    this.rows = rows;
    this.mean = mean;
    this.covariance = covariance;
    this.factor = factor;
  }

  /** The statistics of rows, at least 2. */
  public static FeatureStatistics of(FeatureRows rows) {
    return new FeatureMoments(rows.width()).add(rows).statistics();
  }

  /**
   * Statistics that were computed before.
   *
   * @param rows that they are of, at least 2
   * @param mean {@code [width]}
   * @param covariance {@code [width * width]}, symmetric; negative eigenvalues count as 0
   */
  public static FeatureStatistics of(long rows, double[] mean, double[] covariance) {
    int width = mean.length;
    if (rows < 2 || width < 1 || covariance.length != (long) width * width) {
      throw new IllegalArgumentException(
          "%d rows, a mean of %d and a covariance of %d numbers do not belong together"
              .formatted(rows, width, covariance.length));
    }
    requireFinite("mean", mean);
    requireFinite("covariance", covariance);
    DMatrixRMaj matrix = new DMatrixRMaj(width, width, true, covariance.clone());
    return new FeatureStatistics(rows, mean.clone(), matrix, null);
  }

  /** Of rows {@code [rows, width]}, which this takes over. */
  static FeatureStatistics ofFewRows(DMatrixRMaj rows) {
    double[] mean = FeatureMoments.centre(rows);
    CommonOps_DDRM.scale(1 / Math.sqrt(rows.numRows - 1), rows);
    return new FeatureStatistics(
        rows.numRows, mean, null, CommonOps_DDRM.transpose(rows, null)); // [width, rows]
  }

  private static void requireFinite(String name, double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("the %s of features holds %s".formatted(name, value));
      }
    }
  }

  /** Rows behind the numbers. */
  public long rows() {
    return rows;
  }

  /** Number of features. */
  public int width() {
    return mean.length;
  }

  /** The mean, {@code [width]}. */
  public double[] mean() {
    return mean.clone();
  }

  /** The covariance with {@code rows - 1}, {@code [width * width]}. */
  public double[] covariance() {
    if (covariance != null) {
      return covariance.data.clone();
    }
    DMatrixRMaj product = new DMatrixRMaj(width(), width());
    CommonOps_MT_DDRM.multOuter(factor, product);
    return product.data;
  }

  /** The sum of the variances. */
  public double trace() {
    if (covariance != null) {
      return CommonOps_DDRM.trace(covariance);
    }
    double sum = 0;
    for (double value : factor.data) {
      sum += value * value;
    }
    return sum;
  }

  /** A matrix {@code [width, any]} whose product with its transpose is the covariance. */
  DMatrixRMaj factor() {
    return factor != null ? factor : Spectra.factor(covariance);
  }
}
