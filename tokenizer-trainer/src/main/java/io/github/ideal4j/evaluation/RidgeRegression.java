package io.github.ideal4j.evaluation;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_MT_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Classes by ridge regression: one target a class, 1 where it is the row's and -1 elsewhere; the
 * minimum of {@code |X W + b - T|^2 + penalty |W|^2} on scaled features, in closed form. Cheap: one
 * Cholesky decomposition of {@code [width, width]}.
 */
public final class RidgeRegression {

  private RidgeRegression() {}

  /**
   * Fits a probe.
   *
   * @param penalty of the squared weights, above 0; 1 is usual
   */
  public static LinearProbe fit(LabeledRows train, double penalty) {
    if (!(penalty > 0)) {
      throw new IllegalArgumentException("the penalty must be above 0, got " + penalty);
    }
    FeatureScaler scaler = FeatureScaler.of(train.rows());
    DMatrixRMaj features = scaler.apply(train.rows()); // [rows, width], of mean 0
    double[] means = new double[train.classes()];
    DMatrixRMaj targets = targets(train, means); // [rows, classes], of mean 0
    int width = features.numCols;
    DMatrixRMaj products = new DMatrixRMaj(width, width);
    CommonOps_MT_DDRM.multInner(features, products);
    for (int i = 0; i < width; i++) {
      products.data[i * width + i] += penalty;
    }
    DMatrixRMaj right = new DMatrixRMaj(width, train.classes());
    CommonOps_MT_DDRM.multTransA(features, targets, right);
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(width);
    if (!solver.setA(products)) {
      throw new ArithmeticException(
          "ridge regression of %d features failed with a penalty of %s; give a larger one"
              .formatted(width, penalty));
    }
    DMatrixRMaj weights = new DMatrixRMaj(width, train.classes());
    solver.solve(right, weights);
    return new LinearProbe(scaler, weights, means);
  }

  /** Targets less their means, which are the intercepts since scaled features have mean 0. */
  private static DMatrixRMaj targets(LabeledRows train, double[] means) {
    int rows = train.rows().rows();
    DMatrixRMaj targets = new DMatrixRMaj(rows, train.classes());
    Arrays.fill(targets.data, -1);
    Arrays.fill(means, -1);
    for (int i = 0; i < rows; i++) {
      targets.data[i * means.length + train.label(i)] = 1;
      means[train.label(i)] += 2.0 / rows;
    }
    for (int i = 0; i < targets.data.length; i++) {
      targets.data[i] -= means[i % means.length];
    }
    return targets;
  }
}
