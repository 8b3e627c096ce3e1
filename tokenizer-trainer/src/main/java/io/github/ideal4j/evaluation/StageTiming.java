package io.github.ideal4j.evaluation;

import java.time.Duration;

/**
 * How long a stage of the work took, and how much it did.
 *
 * @param stage what was done: {@code "Training tokenizer"}
 * @param units how many
 * @param unit of what, plural: {@code "steps"}
 * @param time by the wall
 */
public record StageTiming(String stage, long units, String unit, Duration time) {
  public StageTiming {
    if (units < 0 || time.isNegative()) {
      throw new IllegalArgumentException(
          "stage '%s' cannot do %d %s in %s".formatted(stage, units, unit, time));
    }
  }

  /** The time in seconds. */
  public double seconds() {
    return time.toNanos() / 1e9;
  }

  /** Units per second; 0 when there is nothing to divide by. */
  public double perSecond() {
    return time.isZero() ? 0 : units / seconds();
  }
}
