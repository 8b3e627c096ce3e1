package io.github.ideal4j.pipeline;

import io.github.ideal4j.safetensors.SafetensorsFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Compares computed tensors with those of a reference file, name by name.
 *
 * @param lines one a tensor
 * @param passed whether all are within the tolerance
 */
public record TensorCheck(List<Line> lines, boolean passed) {

  /** Largest difference, relative to numbers above 1. */
  public static final double TOLERANCE = 2e-5;

  public TensorCheck {
    lines = List.copyOf(lines);
  }

  /**
   * One tensor.
   *
   * @param name in the reference
   * @param shape of the reference
   * @param absolute largest difference; NaN where it could not be computed
   * @param relative largest difference relative to {@code max(1, |reference|)}
   * @param remark what else there is to say, may be empty
   */
  public record Line(
      String name, List<Long> shape, double absolute, double relative, String remark) {

    boolean passed() {
      return relative <= TOLERANCE;
    }
  }

  /** Collects lines. */
  static final class Builder {
    private final List<Line> lines = new ArrayList<>();

    /** Compares a tensor, if the reference has it. */
    void compare(SafetensorsFile reference, String name, float[] values, long[] shape) {
      if (!reference.has(name)) {
        return;
      }
      long[] expected = reference.shape(name);
      List<Long> sides = Arrays.stream(expected).boxed().toList();
      if (!Arrays.equals(expected, shape)) {
        lines.add(
            new Line(name, sides, Double.NaN, Double.NaN, "has shape " + Arrays.toString(shape)));
        return;
      }
      float[] there = reference.floats(name);
      double absolute = 0;
      double relative = 0;
      for (int i = 0; i < there.length; i++) {
        double difference = Math.abs((double) values[i] - there[i]);
        absolute = Math.max(absolute, Double.isNaN(difference) ? Double.MAX_VALUE : difference);
        relative =
            Math.max(relative, absolute == 0 ? 0 : difference / Math.max(1, Math.abs(there[i])));
      }
      lines.add(new Line(name, sides, absolute, relative, ""));
    }

    TensorCheck build() {
      if (lines.isEmpty()) {
        throw new IllegalArgumentException(
            "the reference has none of the tensors that were computed");
      }
      return new TensorCheck(lines, lines.stream().allMatch(Line::passed));
    }
  }

  /** The table in words. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-24s %-18s absolute %.2e  relative %.2e  %s%n",
              line.name(),
              line.shape(),
              line.absolute(),
              line.relative(),
              line.passed() ? "ok" : line.remark().isEmpty() ? "TOO LARGE" : line.remark()));
    }
    return text
        + String.format(
            Locale.ROOT,
            "%s (tolerance %.0e, relative to numbers above 1)",
            passed ? "passed" : "failed",
            TOLERANCE);
  }
}
