package io.github.ideal4j.training;

import io.github.ideal4j.torch.Precision;

/**
 * How long and in which rhythm a model is trained.
 *
 * @param steps optimizer steps, at least 1
 * @param batch rows in a step
 * @param seed all chance follows from it
 * @param emaDecay decay of the average of the weights, in [0, 1); it grows to this value as {@code
 *     (1 + t) / (10 + t)}, so that the average forgets the start
 * @param logEvery steps between two lines of the metrics, which hold means over these steps
 * @param validateEvery steps between two validations of the averaged weights; 0 for never
 * @param checkpointEvery steps between two checkpoints
 * @param keepCheckpoints how many of the newest checkpoints stay on the disk, at least 1
 * @param optimizer the optimizer and its learning rate
 * @param accumulate batches whose gradients are averaged before the optimizer's step, at least 1: a
 *     larger batch than fits into memory
 * @param keepEvery steps between two checkpoints that stay for good; 0 for none
 * @param keepBest number of the validation whose best checkpoint stays too, such as {@code
 *     validationPsnr}, with a minus before it where smaller is better; {@code none} for none
 * @param divergence a loss above this multiple of the first one ends the run; 0 for never
 * @param precision of products in a batch; weights, optimizer, norms, quantizer and losses are
 *     float32 always
 */
public record TrainingConfig(
    int steps,
    int batch,
    long seed,
    double emaDecay,
    int logEvery,
    int validateEvery,
    int checkpointEvery,
    int keepCheckpoints,
    OptimizerConfig optimizer,
    int accumulate,
    int keepEvery,
    String keepBest,
    double divergence,
    Precision precision) {

  /** What {@link #keepBest} says where no checkpoint is the best. */
  public static final String NONE = "none";

  /** Checks every range. */
  public TrainingConfig {
    atLeast(1, "steps", steps);
    atLeast(1, "batch", batch);
    atLeast(1, "logEvery", logEvery);
    atLeast(0, "validateEvery", validateEvery);
    atLeast(1, "checkpointEvery", checkpointEvery);
    atLeast(1, "keepCheckpoints", keepCheckpoints);
    atLeast(1, "accumulate", accumulate);
    atLeast(0, "keepEvery", keepEvery);
    if (keepEvery % checkpointEvery != 0) {
      throw new IllegalArgumentException(
          "keepEvery must be a multiple of checkpointEvery %d, got %d"
              .formatted(checkpointEvery, keepEvery));
    }
    if (!(divergence == 0 || divergence > 1)) {
      throw new IllegalArgumentException(
          "divergence must be 0 or above 1, got %s".formatted(divergence));
    }
    if (!(emaDecay >= 0 && emaDecay < 1)) {
      throw new IllegalArgumentException("emaDecay must be in [0, 1), got %s".formatted(emaDecay));
    }
  }

  /** The decay of the averaged weights at a step counted from 0. */
  public double emaDecay(long step) {
    return Math.min(emaDecay, (1.0 + step) / (10.0 + step));
  }

  /** The same training over another number of steps. */
  public TrainingConfig withSteps(int newSteps) {
    return new TrainingConfig(
        newSteps,
        batch,
        seed,
        emaDecay,
        logEvery,
        validateEvery,
        checkpointEvery,
        keepCheckpoints,
        optimizer,
        accumulate,
        keepEvery,
        keepBest,
        divergence,
        precision);
  }

  private static void atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, got %d".formatted(name, least, value));
    }
  }
}
