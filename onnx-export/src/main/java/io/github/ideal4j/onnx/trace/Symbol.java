package io.github.ideal4j.onnx.trace;

import java.util.List;

/**
 * A size that may differ from run to run. A block is traced at {@code low} and {@code high}; what
 * differs must be a polynomial in the sizes, which the trace at {@code probe} confirms. Branches
 * that the Java code takes only beyond these sizes cannot be seen: choose checks where it might.
 *
 * @param name as in the dimensions of inputs
 * @param low a size of at least 2, so that it is not mistaken for an axis to broadcast
 * @param high another size
 * @param probe a third size; 1 unless the block cannot do that
 * @param checks sizes at which the finished graph is compared with the block
 */
public record Symbol(String name, long low, long high, long probe, List<Long> checks) {

  /** Checks the sizes. */
  public Symbol {
    checks = List.copyOf(checks);
    if (low < 2 || high <= low || probe < 1 || probe == low || probe == high || checks.isEmpty()) {
      throw new IllegalArgumentException(
          "symbol '%s' needs 2 <= low < high, another probe and checks, got %d, %d, %d, %s"
              .formatted(name, low, high, probe, checks));
    }
  }

  /** A size without limits, such as a batch: traced at 2 and 3, probed at 1, checked at 1 and 5. */
  public static Symbol free(String name) {
    return new Symbol(name, 2, 3, 1, List.of(5L, 1L));
  }
}
