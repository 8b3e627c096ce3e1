package io.github.ideal4j.tribuo;

import io.github.ideal4j.progress.Progress;
import java.util.Locale;
import org.tribuo.Dataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.math.optimisers.SGD;

/**
 * Multinomial logistic regression by plain stochastic gradient descent whose rate falls with the
 * square root of the steps. Examples are expected to have a length of about 1.
 *
 * @param epochs how often every example is seen
 * @param rate the first step's rate; it is this large because examples have length 1
 * @param seed of the order of the examples
 */
record LinearTraining(int epochs, double rate, long seed) {

  private static final int NO_REPORTS = Integer.MAX_VALUE; // steps between log lines

  LinearTraining {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, got %d".formatted(epochs));
    }
  }

  /** Near the optimum in seconds for a few thousand images and a hundred classes. */
  static LinearTraining standard(long seed) {
    return new LinearTraining(40, 40, seed);
  }

  LinearSGDModel train(Dataset<Label> data, Progress progress) {
    if (data.getOutputInfo().size() < 2) {
      throw new IllegalArgumentException(
          "a classifier needs at least two classes, the data has %s"
              .formatted(data.getOutputInfo().getDomain()));
    }
    try (Progress.Stage stage = progress.start("Training classifier", data.size(), "images")) {
      stage.note(
          String.format(
              Locale.ROOT,
              "%d features, %d classes",
              data.getFeatureMap().size(),
              data.getOutputInfo().size()));
      LinearSGDModel model =
          new LinearSGDTrainer(
                  new LogMulticlass(), SGD.getSqrtDecaySGD(rate), epochs, NO_REPORTS, 1, seed)
              .train(data);
      stage.advance(data.size());
      return model;
    }
  }
}
