package io.github.ideal4j.evaluation;

import org.ejml.data.DMatrixRMaj;

/**
 * Brings features to mean 0 and deviation 1 over the training rows (deviation with their number; a
 * constant feature is only shifted). Immutable.
 */
final class FeatureScaler {

  private static final double EPSILON = Math.ulp(1.0);

  private final double[] mean;
  private final double[] deviation;

  private FeatureScaler(double[] mean, double[] deviation) {
    this.mean = mean;
    this.deviation = deviation;
  }

  /** Takes mean and deviation from rows. */
  static FeatureScaler of(FeatureRows rows) {
    int width = rows.width();
    double[] mean = new double[width];
    double[] row = new double[width];
    for (int i = 0; i < rows.rows(); i++) {
      rows.copyRow(i, row, 0);
      for (int j = 0; j < width; j++) {
        mean[j] += row[j] / rows.rows();
      }
    }
    double[] variance = new double[width];
    for (int i = 0; i < rows.rows(); i++) {
      rows.copyRow(i, row, 0);
      for (int j = 0; j < width; j++) {
        variance[j] += (row[j] - mean[j]) * (row[j] - mean[j]) / rows.rows();
      }
    }
    double[] deviation = new double[width];
    for (int j = 0; j < width; j++) {
      double rounding = rows.rows() * Math.abs(mean[j]) * EPSILON;
      deviation[j] = variance[j] <= rounding * rounding ? 1 : Math.sqrt(variance[j]);
    }
    return new FeatureScaler(mean, deviation);
  }

  int width() {
    return mean.length;
  }

  /** The scaled rows, {@code [rows, width]}. */
  DMatrixRMaj apply(FeatureRows rows) {
    if (rows.width() != mean.length) {
      throw new IllegalArgumentException(
          "a probe of %d features cannot take rows of %d".formatted(mean.length, rows.width()));
    }
    DMatrixRMaj scaled = new DMatrixRMaj(rows.rows(), mean.length, true, rows.toArray());
    for (int i = 0; i < scaled.data.length; i++) {
      scaled.data[i] = (scaled.data[i] - mean[i % mean.length]) / deviation[i % mean.length];
    }
    return scaled;
  }
}
