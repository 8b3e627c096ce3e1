package io.github.ideal4j.evaluation;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_MT_DDRM;

/**
 * Multinomial logistic regression at its optimum: the minimum of {@code c * sum(loss) + |W|^2 / 2}
 * on scaled features, softmax over all classes, intercepts free. The problem is convex, so that
 * every solver that runs to its end finds the same weights; this one is L-BFGS.
 *
 * @param probe the classifier; its intercepts sum to 0
 * @param objective the minimum
 * @param meanLoss mean negative logarithm of the probability of the right class, in nats
 * @param iterations that it took
 */
public record LogisticRegression(
    LinearProbe probe, double objective, double meanLoss, int iterations) {

  // The penalty's curvature is at least 1, so the weights are off by no more than the gradient.
  private static final double GRADIENT_TOLERANCE = 1e-9;
  private static final int MOST_ITERATIONS = 10_000;

  /**
   * Fits a probe.
   *
   * @param c weight of the sum of the losses against the penalty, above 0; 1 is usual
   */
  public static LogisticRegression fit(LabeledRows train, double c) {
    if (!(c > 0) || Double.isInfinite(c)) {
      throw new IllegalArgumentException("c must be above 0 and finite, got " + c);
    }
    FeatureScaler scaler = FeatureScaler.of(train.rows());
    Problem problem = new Problem(scaler.apply(train.rows()), train, c);
    double[] start = new double[(scaler.width() + 1) * train.classes()];
    Lbfgs.Minimum minimum =
        Lbfgs.minimize(problem, start, GRADIENT_TOLERANCE * Math.max(1, c), MOST_ITERATIONS);
    DMatrixRMaj weights = problem.weights(minimum.point());
    double[] intercepts = problem.intercepts(minimum.point());
    double shift = Arrays.stream(intercepts).average().orElseThrow();
    for (int i = 0; i < intercepts.length; i++) {
      intercepts[i] -= shift;
    }
    double penalty = Problem.halfSquare(weights);
    return new LogisticRegression(
        new LinearProbe(scaler, weights, intercepts),
        minimum.value(),
        (minimum.value() - penalty) / c / train.rows().rows(),
        minimum.iterations());
  }

  /** Value and gradient; a point is weights {@code [width, classes]}, then intercepts. */
  private static final class Problem implements Lbfgs.Objective {

    private final DMatrixRMaj features; // [rows, width]
    private final LabeledRows train;
    private final double c;

    Problem(DMatrixRMaj features, LabeledRows train, double c) {
      this.features = features;
      this.train = train;
      this.c = c;
    }

    DMatrixRMaj weights(double[] point) {
      int count = features.numCols * train.classes();
      return new DMatrixRMaj(features.numCols, train.classes(), true, Arrays.copyOf(point, count));
    }

    double[] intercepts(double[] point) {
      return Arrays.copyOfRange(point, features.numCols * train.classes(), point.length);
    }

    static double halfSquare(DMatrixRMaj weights) {
      double sum = 0;
      for (double weight : weights.data) {
        sum += weight * weight;
      }
      return sum / 2;
    }

    @Override
    public double evaluate(double[] point, double[] gradient) {
      DMatrixRMaj weights = weights(point);
      DMatrixRMaj errors = LinearProbe.scores(features, weights, intercepts(point));
      double loss = lossAndErrors(errors.data);
      DMatrixRMaj product = new DMatrixRMaj(weights.numRows, weights.numCols);
      CommonOps_MT_DDRM.multTransA(features, errors, product); // [width, classes]
      for (int i = 0; i < product.data.length; i++) {
        gradient[i] = c * product.data[i] + weights.data[i];
      }
      Arrays.fill(gradient, product.data.length, gradient.length, 0);
      for (int i = 0; i < errors.data.length; i++) {
        gradient[product.data.length + i % train.classes()] += c * errors.data[i];
      }
      return c * loss + halfSquare(weights);
    }

    /** Turns scores into probabilities less the targets. */
    private double lossAndErrors(double[] scores) {
      int classes = train.classes();
      double loss = 0;
      for (int row = 0; row < features.numRows; row++) {
        int right = row * classes + train.label(row);
        double score = scores[right];
        loss += LinearProbe.softmax(scores, row * classes, classes) - score;
        scores[right] -= 1;
      }
      return loss;
    }
  }
}
