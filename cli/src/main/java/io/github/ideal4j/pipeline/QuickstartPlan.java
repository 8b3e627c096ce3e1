package io.github.ideal4j.pipeline;

/**
 * How much the quickstart does in a given time. The amounts follow from the minutes alone and not
 * from the machine, so that equal seeds give equal results.
 *
 * @param minutes that two ordinary cores need, about
 * @param trainEvery trains on every n-th photograph of the split train
 * @param testEvery measures on every n-th photograph of the split test
 * @param tokenizerSteps of training
 * @param priorSteps of training
 */
public record QuickstartPlan(
    double minutes, int trainEvery, int testEvery, int tokenizerSteps, int priorSteps) {

  /** What is done unless something else is asked for. */
  public static final double STANDARD_MINUTES = 15;

  private static final int TOKENIZER_STEPS = 1900;
  private static final int PRIOR_STEPS = 400;
  private static final double TRAIN_EVERY = 3;
  private static final double TEST_EVERY = 4;

  /**
   * The plan for some minutes.
   *
   * @param minutes at least one
   */
  public static QuickstartPlan of(double minutes) {
    if (!(minutes >= 1 && minutes <= 10_000)) {
      throw new IllegalArgumentException(
          "the budget must be 1 to 10000 minutes, got %s".formatted(minutes));
    }
    double scale = minutes / STANDARD_MINUTES;
    return new QuickstartPlan(
        minutes,
        every(TRAIN_EVERY / scale),
        every(TEST_EVERY / scale),
        (int) Math.round(TOKENIZER_STEPS * scale),
        (int) Math.round(PRIOR_STEPS * scale));
  }

  private static int every(double share) {
    return (int) Math.max(1, Math.round(share));
  }
}
