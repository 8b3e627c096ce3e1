package io.github.ideal4j.report;

/** The directions in which rows of numbers differ most, by power iteration. For pictures only. */
final class PrincipalAxes {

  private static final int ITERATIONS = 200;

  private final double[][] rows;
  private final int dim;

  /**
   * Takes rows less their mean.
   *
   * @param values {@code [rows * dim]}
   */
  PrincipalAxes(float[] values, int dim) {
    this.dim = dim;
    this.rows = new double[values.length / dim][dim];
    double[] mean = new double[dim];
    for (int i = 0; i < values.length; i++) {
      mean[i % dim] += (double) values[i] / rows.length;
    }
    for (int i = 0; i < values.length; i++) {
      rows[i / dim][i % dim] = values[i] - mean[i % dim];
    }
  }

  /** The rows' coordinates along the first axes, {@code [axes][rows]}. Uses the rows up. */
  double[][] project(int axes) {
    double[][] coordinates = new double[axes][rows.length];
    for (int axis = 0; axis < axes; axis++) {
      double[] direction = direction(covariance());
      for (int i = 0; i < rows.length; i++) {
        double along = dot(rows[i], direction);
        coordinates[axis][i] = along;
        for (int k = 0; k < dim; k++) {
          rows[i][k] -= along * direction[k];
        }
      }
    }
    return coordinates;
  }

  private double[][] covariance() {
    double[][] covariance = new double[dim][dim];
    for (double[] row : rows) {
      for (int i = 0; i < dim; i++) {
        for (int j = 0; j < dim; j++) {
          covariance[i][j] += row[i] * row[j];
        }
      }
    }
    return covariance;
  }

  private double[] direction(double[][] covariance) {
    double[] direction = new double[dim];
    for (int i = 0; i < dim; i++) {
      // Some start that is orthogonal to nothing in particular, and always the same.
      direction[i] = 1 + Math.sin(i + 1);
    }
    for (int step = 0; step < ITERATIONS; step++) {
      double[] next = new double[dim];
      for (int i = 0; i < dim; i++) {
        next[i] = dot(covariance[i], direction);
      }
      double norm = Math.sqrt(dot(next, next));
      if (norm == 0) {
        return next;
      }
      for (int i = 0; i < dim; i++) {
        direction[i] = next[i] / norm;
      }
    }
    return direction;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
