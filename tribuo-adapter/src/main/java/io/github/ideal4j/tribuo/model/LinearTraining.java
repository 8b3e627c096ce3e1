package io.github.ideal4j.tribuo.model;

import io.github.ideal4j.progress.Progress;
import org.tribuo.Dataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;

/**
 * Multinomial logistic regression by plain stochastic gradient descent with a {@link FallingRate}.
 * Examples are expected to have a length of about 1.
 *
 * @param epochs how often every example is seen
 * @param rate of the first step; it is this large because examples have length 1
 * @param seed of the order of the examples
 */
record LinearTraining(int epochs, double rate, long seed) {

  private static final int NO_REPORTS = Integer.MAX_VALUE; // steps between log lines
  private static final int REPORT_STEPS = 256;

  LinearTraining {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, got %d".formatted(epochs));
    }
  }

  /** Near the optimum in seconds for a few thousand images and a hundred classes. */
  static LinearTraining standard(long seed) {
    return new LinearTraining(10, 3, seed);
  }

  LinearSGDModel train(Dataset<Label> data, Progress progress) {
    int classes = data.getOutputInfo().size();
    if (classes < 2) {
      throw new IllegalArgumentException(
          "a classifier needs at least two classes, the data has %s"
              .formatted(data.getOutputInfo().getDomain()));
    }
    long steps = (long) epochs * data.size();
    try (Progress.Stage stage = progress.start("Training classifier", steps, "steps")) {
      stage.note("%d features, %d classes".formatted(data.getFeatureMap().size(), classes));
      FallingRate optimiser =
          new FallingRate(
              rate,
              steps,
              step -> {
                if (step % REPORT_STEPS == 0 || step == steps) {
                  stage.advance(step == steps ? (steps - 1) % REPORT_STEPS + 1 : REPORT_STEPS);
                }
              });
      return new LinearSGDTrainer(new LogMulticlass(), optimiser, epochs, NO_REPORTS, 1, seed)
          .train(data);
    }
  }
}
