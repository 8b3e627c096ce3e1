package io.github.ideal4j.onnx.trace;

import java.util.List;
import java.util.Map;

/**
 * How the graph compared with the block, at sizes that were not traced.
 *
 * @param comparisons one for each output and set of sizes
 */
public record VerificationReport(List<Comparison> comparisons) {

  /** Copies the list. */
  public VerificationReport {
    comparisons = List.copyOf(comparisons);
  }

  /**
   * One output at one set of sizes.
   *
   * @param output the output's name
   * @param sizes of the symbols
   * @param maxDifference largest absolute difference
   * @param maxValue largest absolute value
   * @param differing how many elements differ at all
   * @param elements how many there are
   * @param passed whether that is within the tolerance
   */
  public record Comparison(
      String output,
      Map<String, Long> sizes,
      double maxDifference,
      double maxValue,
      long differing,
      long elements,
      boolean passed) {}

  /** Whether all comparisons are within the tolerance. */
  public boolean passed() {
    return comparisons.stream().allMatch(Comparison::passed);
  }

  /** The largest absolute difference. */
  public double maxDifference() {
    return comparisons.stream().mapToDouble(Comparison::maxDifference).max().orElse(0);
  }
}
