package io.github.ideal4j.evaluation;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_MT_DDRM;

/**
 * Mean and covariance of features that come batch by batch: memory is flat over any number of rows,
 * twice {@code [width, width]} in float64 (64 MiB for 2,048 features). Rows are gathered and folded
 * in about as many at a time as there are features, each time about their own mean (Chan, Golub and
 * LeVeque 1983), so that no digits are lost where the mean is large. Parts of a set that were
 * counted apart are {@linkplain #merge merged}. Not safe for use by several threads.
 */
public final class FeatureMoments {

  private static final int FEWEST_PENDING = 64;

  private final int width;
  private final double[] pending; // [capacity, width]
  private int pendingRows;
  private long foldedRows;
  private final double[] foldedMean; // [width]
  private DMatrixRMaj foldedScatter; // [width, width], sums of products about the mean

  /** Begins with no rows of a width, at least 1. */
  public FeatureMoments(int width) {
    if (width < 1) {
      throw new IllegalArgumentException("rows have at least one feature, got " + width);
    }
    this.width = width;
    pending = new double[Math.multiplyExact(Math.max(FEWEST_PENDING, width), width)];
    foldedMean = new double[width];
  }

  /**
   * Counts in rows.
   *
   * @param values {@code [rows * width]}, finite
   */
  public FeatureMoments add(float[] values) {
    return values.length == 0 ? this : add(FeatureRows.of(values, width));
  }

  /** Counts in rows. */
  public FeatureMoments add(FeatureRows rows) {
    requireWidth(rows.width());
    for (int i = 0; i < rows.rows(); i++) {
      rows.copyRow(i, pending, nextPending());
    }
    return this;
  }

  /** Counts in what another has counted. */
  public FeatureMoments merge(FeatureMoments other) {
    requireWidth(other.width);
    if (other == this) {
      throw new IllegalArgumentException("moments cannot be merged with themselves");
    }
    if (other.foldedRows > 0) {
      fold(other.foldedRows, other.foldedMean, other.foldedScatter);
    }
    for (int i = 0; i < other.pendingRows; i++) {
      System.arraycopy(other.pending, i * width, pending, nextPending(), width);
    }
    return this;
  }

  private void requireWidth(int given) {
    if (given != width) {
      throw new IllegalArgumentException(
          "features of width %d cannot be added to features of width %d".formatted(given, width));
    }
  }

  /** Rows so far. */
  public long rows() {
    return foldedRows + pendingRows;
  }

  /**
   * Mean and covariance so far.
   *
   * @throws IllegalArgumentException if there are fewer than two rows
   */
  public FeatureStatistics statistics() {
    if (rows() < 2) {
      throw new IllegalArgumentException(
          "a covariance needs at least 2 rows of features, got %d".formatted(rows()));
    }
    if (foldedRows == 0) {
      double[] rows = Arrays.copyOf(pending, pendingRows * width);
      return FeatureStatistics.ofFewRows(new DMatrixRMaj(pendingRows, width, true, rows));
    }
    foldPending();
    double[] covariance = foldedScatter.data.clone();
    for (int i = 0; i < covariance.length; i++) {
      covariance[i] /= foldedRows - 1;
    }
    return FeatureStatistics.of(foldedRows, foldedMean, covariance);
  }

  // The first rows are not folded before one more arrives than fits: as long as all are there, the
  // distance can be computed from the rows themselves.
  private int nextPending() {
    if ((pendingRows + 1) * width > pending.length) {
      foldPending();
    }
    return pendingRows++ * width;
  }

  private void foldPending() {
    if (pendingRows == 0) {
      return;
    }
    DMatrixRMaj centred =
        new DMatrixRMaj(pendingRows, width, true, Arrays.copyOf(pending, pendingRows * width));
    double[] mean = centre(centred);
    DMatrixRMaj scatter = new DMatrixRMaj(width, width);
    CommonOps_MT_DDRM.multInner(centred, scatter);
    fold(pendingRows, mean, scatter);
    pendingRows = 0;
  }

  private void fold(long rows, double[] mean, DMatrixRMaj scatter) {
    if (foldedScatter == null) {
      foldedScatter = new DMatrixRMaj(width, width);
    }
    double all = (double) foldedRows + rows;
    double[] shift = new double[width];
    for (int i = 0; i < width; i++) {
      shift[i] = mean[i] - foldedMean[i];
      foldedMean[i] += shift[i] * (rows / all);
    }
    double weight = foldedRows * (rows / all);
    for (int i = 0; i < width; i++) {
      double scaled = weight * shift[i];
      for (int j = 0; j < width; j++) {
        foldedScatter.data[i * width + j] += scatter.data[i * width + j] + scaled * shift[j];
      }
    }
    foldedRows += rows;
  }

  /** Takes the mean of the rows away and returns it, {@code [width]}. */
  static double[] centre(DMatrixRMaj rows) {
    int width = rows.numCols;
    double[] mean = new double[width];
    for (int i = 0; i < rows.data.length; i++) {
      mean[i % width] += rows.data[i];
    }
    for (int i = 0; i < width; i++) {
      mean[i] /= rows.numRows;
    }
    for (int i = 0; i < rows.data.length; i++) {
      rows.data[i] -= mean[i % width];
    }
    return mean;
  }
}
