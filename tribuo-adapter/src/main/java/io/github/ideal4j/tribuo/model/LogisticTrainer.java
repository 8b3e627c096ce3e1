package io.github.ideal4j.tribuo.model;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.ideal4j.progress.Progress;
import java.util.Map;
import org.tribuo.Dataset;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.provenance.impl.TrainerProvenanceImpl;

/**
 * Multinomial logistic regression by plain stochastic gradient descent with a {@link FallingRate},
 * near the optimum in seconds for a few thousand images and a hundred classes. Examples are
 * expected to have a length of about 1, as those of our featurizers have. Equal seeds give equal
 * models.
 */
public final class LogisticTrainer implements Trainer<Label> {

  private static final int NO_REPORTS = Integer.MAX_VALUE; // steps between log lines
  private static final int REPORT_STEPS = 256;

  @Config(description = "How often every example is seen.")
  private int epochs = 10;

  @Config(description = "Rate of the first step; this large because examples have length 1.")
  private double rate = 3;

  @Config(description = "Seed of the order of the examples.")
  private long seed;

  private Progress progress = Progress.silent();
  private int invocations;

  private LogisticTrainer() {}

  /** With 10 epochs from a rate of 3. */
  public LogisticTrainer(long seed) {
    this.seed = seed;
  }

  /**
   * With other epochs and rates.
   *
   * @throws PropertyException if one is not positive
   */
  public LogisticTrainer(int epochs, double rate, long seed) {
    this.epochs = epochs;
    this.rate = rate;
    this.seed = seed;
    postConfig();
  }

  @Override
  public void postConfig() {
    if (epochs < 1 || !(rate > 0)) {
      throw new PropertyException(
          "", "epochs", "epochs and rate must be positive, got %d and %s".formatted(epochs, rate));
    }
  }

  /** The same, telling how far it is. */
  public LogisticTrainer withProgress(Progress shown) {
    LogisticTrainer trainer = new LogisticTrainer(epochs, rate, seed);
    trainer.progress = shown;
    return trainer;
  }

  @Override
  public LinearSGDModel train(Dataset<Label> data) {
    return train(data, Map.of());
  }

  @Override
  public LinearSGDModel train(Dataset<Label> data, Map<String, Provenance> runProvenance) {
    return train(data, runProvenance, INCREMENT_INVOCATION_COUNT);
  }

  @Override
  public synchronized LinearSGDModel train(
      Dataset<Label> data, Map<String, Provenance> runProvenance, int invocationCount) {
    int classes = data.getOutputInfo().size();
    if (classes < 2) {
      throw new IllegalArgumentException(
          "a classifier needs at least two classes, the data has %s"
              .formatted(data.getOutputInfo().getDomain()));
    }
    if (invocationCount != INCREMENT_INVOCATION_COUNT) {
      invocations = invocationCount;
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
          .train(data, runProvenance, invocations++);
    }
  }

  @Override
  public synchronized int getInvocationCount() {
    return invocations;
  }

  @Override
  public synchronized void setInvocationCount(int count) {
    invocations = count;
  }

  @Override
  public TrainerProvenance getProvenance() {
    return new TrainerProvenanceImpl(this);
  }

  @Override
  public String toString() {
    return "LogisticTrainer(epochs=%d,rate=%s,seed=%d)".formatted(epochs, rate, seed);
  }
}
