package io.github.ideal4j.evaluation;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_MT_DDRM;

/**
 * A linear classifier on features that are first scaled to mean 0 and deviation 1 over the training
 * rows. Made by {@link LogisticRegression} or {@link RidgeRegression}. Immutable.
 */
public final class LinearProbe implements Probe {

  private final FeatureScaler scaler;
  private final DMatrixRMaj weights; // [width, classes]
  private final double[] intercepts; // [classes]

  LinearProbe(FeatureScaler scaler, DMatrixRMaj weights, double[] intercepts) {
    this.scaler = scaler;
    this.weights = weights;
    this.intercepts = intercepts;
  }

  /** The scores of the classes before any softmax, {@code [rows * classes]}. */
  public double[] scores(FeatureRows rows) {
    return scores(scaler.apply(rows), weights, intercepts).data;
  }

  /** {@code [rows, classes]} from scaled features {@code [rows, width]}. */
  static DMatrixRMaj scores(DMatrixRMaj scaled, DMatrixRMaj weights, double[] intercepts) {
    DMatrixRMaj scores = new DMatrixRMaj(scaled.numRows, weights.numCols);
    CommonOps_MT_DDRM.mult(scaled, weights, scores);
    for (int i = 0; i < scores.data.length; i++) {
      scores.data[i] += intercepts[i % intercepts.length];
    }
    return scores;
  }

  /**
   * The softmax of the scores, {@code [rows * classes]}: probabilities of a logistic regression.
   */
  public double[] probabilities(FeatureRows rows) {
    double[] values = scores(rows);
    for (int from = 0; from < values.length; from += intercepts.length) {
      softmax(values, from, intercepts.length);
    }
    return values;
  }

  /** Turns scores into probabilities, in place, and returns the logarithm of their sum before. */
  static double softmax(double[] scores, int from, int count) {
    double largest = scores[largest(scores, from, count)];
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      scores[i] = Math.exp(scores[i] - largest);
      sum += scores[i];
    }
    for (int i = from; i < from + count; i++) {
      scores[i] /= sum;
    }
    return largest + Math.log(sum);
  }

  @Override
  public int[] predict(FeatureRows rows) {
    double[] scores = scores(rows);
    int[] predictions = new int[rows.rows()];
    for (int i = 0; i < predictions.length; i++) {
      int from = i * intercepts.length;
      predictions[i] = largest(scores, from, intercepts.length) - from;
    }
    return predictions;
  }

  /** The place of the largest of some numbers, the first of several. */
  static int largest(double[] values, int from, int count) {
    int largest = from;
    for (int i = from + 1; i < from + count; i++) {
      if (values[i] > values[largest]) {
        largest = i;
      }
    }
    return largest;
  }

  /** The weight of each scaled feature for each class, {@code [classes * width]}. */
  public double[] coefficients() {
    double[] transposed = new double[weights.data.length];
    for (int i = 0; i < transposed.length; i++) {
      int feature = i / intercepts.length;
      transposed[i % intercepts.length * scaler.width() + feature] = weights.data[i];
    }
    return transposed;
  }

  /** What is added to the score of each class, {@code [classes]}. */
  public double[] intercepts() {
    return intercepts.clone();
  }
}
