package io.github.ideal4j.training;

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
    OptimizerConfig optimizer) {

  /** Checks every range. */
  public TrainingConfig {
    atLeast(1, "steps", steps);
    atLeast(1, "batch", batch);
    atLeast(1, "logEvery", logEvery);
    atLeast(0, "validateEvery", validateEvery);
    atLeast(1, "checkpointEvery", checkpointEvery);
    atLeast(1, "keepCheckpoints", keepCheckpoints);
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
        optimizer);
  }

  private static void atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, got %d".formatted(name, least, value));
    }
  }
}
