package io.github.ideal4j.training;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Watches the metrics of a run: whether it diverges, and which checkpoint is the best. What it
 * knows follows from the lines of the metrics, so that a resumed run knows the same.
 */
final class TrainingGuard {

  private final double divergence;
  private final String best;
  private final int sign;
  private double first = Double.NaN;
  private double bestValue = Double.NEGATIVE_INFINITY;
  private long bestStep = -1;

  /**
   * @param config says when a run diverges, and what is best
   * @param lines of the metrics so far
   */
  TrainingGuard(TrainingConfig config, List<Map<String, Double>> lines) {
    divergence = config.divergence();
    sign = config.keepBest().startsWith("-") ? -1 : 1;
    best = config.keepBest().substring(sign < 0 ? 1 : 0);
    for (Map<String, Double> line : lines) {
      observe(line, line.get("step").longValue());
    }
  }

  /**
   * Takes a line of the metrics into account.
   *
   * @return whether its step is the best so far
   */
  boolean observe(Map<String, ? extends Number> line, long step) {
    Number loss = line.get("loss");
    if (Double.isNaN(first) && loss != null) {
      first = loss.doubleValue();
    }
    Number value = line.get(best);
    if (value == null || sign * value.doubleValue() <= bestValue) {
      return false;
    }
    bestValue = sign * value.doubleValue();
    bestStep = step;
    return true;
  }

  /** The step of the best validation so far. */
  OptionalLong bestStep() {
    return bestStep < 0 ? OptionalLong.empty() : OptionalLong.of(bestStep);
  }

  /**
   * Refuses a loss that has grown out of proportion.
   *
   * @throws ArithmeticException if it has
   */
  void requireProgress(double loss, long step) {
    if (divergence > 0 && first > 0 && loss > divergence * first) {
      throw new ArithmeticException(
          "loss is %.4g at step %d, more than %s times the first, which was %.4g"
              .formatted(loss, step, divergence, first));
    }
  }
}
