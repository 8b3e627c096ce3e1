package io.github.ideal4j.evaluation;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_MT_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/** The decompositions behind the Fr&eacute;chet distance. */
final class Spectra {

  private Spectra() {}

  /**
   * A factor F with F F^T = S: Cholesky's where S is positive definite, and otherwise eigenvectors
   * scaled by the roots of their eigenvalues, of which negative ones are rounding and become 0.
   */
  static DMatrixRMaj factor(DMatrixRMaj symmetric) {
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky =
        DecompositionFactory_MT_DDRM.chol(symmetric.numRows, true);
    if (cholesky.decompose(symmetric.copy())) {
      return cholesky.getT(null);
    }
    int width = symmetric.numRows;
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_MT_DDRM.eig(width, true, true);
    if (!eigen.decompose(symmetric.copy())) {
      throw new ArithmeticException(
          "the eigenvalues of a covariance of %d features were not found".formatted(width));
    }
    DMatrixRMaj factor = new DMatrixRMaj(width, width);
    for (int column = 0; column < width; column++) {
      double root = Math.sqrt(Math.max(0, eigen.getEigenvalue(column).getReal()));
      DMatrixRMaj vector = eigen.getEigenVector(column);
      for (int row = 0; row < width; row++) {
        factor.data[row * width + column] = vector == null ? 0 : root * vector.data[row];
      }
    }
    return factor;
  }

  /** The sum of the singular values of a matrix, which is overwritten. */
  static double nuclearNorm(DMatrixRMaj matrix) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_MT_DDRM.svd(matrix.numRows, matrix.numCols, false, false, true);
    if (!svd.decompose(matrix)) {
      throw new ArithmeticException(
          "the singular values of a matrix of %d x %d were not found"
              .formatted(matrix.numRows, matrix.numCols));
    }
    double sum = 0;
    double[] values = svd.getSingularValues();
    for (int i = 0; i < svd.numberOfSingularValues(); i++) {
      sum += values[i];
    }
    return sum;
  }
}
