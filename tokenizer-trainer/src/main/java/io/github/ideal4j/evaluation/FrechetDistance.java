package io.github.ideal4j.evaluation;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_MT_DDRM;

/**
 * Fr&eacute;chet distance of two sets of features taken as normal distributions (Heusel et al.
 * 2017, arXiv 1706.08500): {@code |m1 - m2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2)}. On the 2,048
 * features of a certain Inception network it is called FID; on others say which.
 *
 * <p>The last trace is the sum of the singular values of {@code F1^T F2}, where {@code S = F F^T}:
 * no product of covariances is formed, whose small eigenvalues would be rounding. Sets of no more
 * rows than features take their centred rows as F, so that even their singular covariances lose no
 * digits. Such a distance is exact, and biased upwards: compare only values of equally many rows.
 *
 * @param meanTerm squared distance of the means
 * @param trace1 sum of the variances of the first set
 * @param trace2 sum of the variances of the second set
 * @param traceRoot trace of the root of the product of the covariances
 */
public record FrechetDistance(double meanTerm, double trace1, double trace2, double traceRoot) {

  /** The distance of two sets of rows of the same features, each of at least 2 rows. */
  public static FrechetDistance between(FeatureRows first, FeatureRows second) {
    first.requireSameWidth(second);
    return between(FeatureStatistics.of(first), FeatureStatistics.of(second));
  }

  /** The distance of two sets of the same features. */
  public static FrechetDistance between(FeatureStatistics first, FeatureStatistics second) {
    if (first.width() != second.width()) {
      throw new IllegalArgumentException(
          "features of width %d cannot be compared with features of width %d"
              .formatted(first.width(), second.width()));
    }
    double[] mean1 = first.mean();
    double[] mean2 = second.mean();
    double squares = 0;
    for (int i = 0; i < mean1.length; i++) {
      squares += (mean1[i] - mean2[i]) * (mean1[i] - mean2[i]);
    }
    DMatrixRMaj factor1 = first.factor();
    DMatrixRMaj factor2 = second.factor();
    DMatrixRMaj product = new DMatrixRMaj(factor1.numCols, factor2.numCols);
    CommonOps_MT_DDRM.multTransA(factor1, factor2, product);
    return new FrechetDistance(
        squares, first.trace(), second.trace(), Spectra.nuclearNorm(product));
  }

  /** The distance; 0 for equal distributions, where rounding may fall to either side. */
  public double value() {
    return meanTerm + trace1 + trace2 - 2 * traceRoot;
  }
}
