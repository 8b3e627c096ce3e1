package io.github.ideal4j.server.batching;

import java.time.Duration;

/**
 * How requests are joined.
 *
 * @param maxBatch most rows (images) in a run
 * @param maxDelay how long the first row of a run waits for others; a graph that has just run waits
 *     for up to a tenth of that run's time, too
 * @param queue most rows that wait for a graph; a larger request is taken when none waits
 * @param runs most runs at a time; a graph has one at a time
 */
public record BatchingSettings(int maxBatch, Duration maxDelay, int queue, int runs) {

  /** Checks the ranges. */
  public BatchingSettings {
    atLeastOne("max-batch", maxBatch);
    atLeastOne("queue", queue);
    atLeastOne("runs", runs);
    if (maxDelay.isNegative()) {
      throw new IllegalArgumentException(
          "max-delay must be at least 0, got %s".formatted(maxDelay));
    }
  }

  /** Batches of 8 within 2 ms, 8 more images waiting, two graphs at a time. */
  public static BatchingSettings standard() {
    return new BatchingSettings(8, Duration.ofMillis(2), 8, 2);
  }

  private static void atLeastOne(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1, got %d".formatted(what, value));
    }
  }
}
