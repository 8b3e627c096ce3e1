package io.github.ideal4j.pipeline;

import ai.djl.ndarray.NDArray;
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

  /** Largest difference of values, relative to numbers above 1. */
  public static final double TOLERANCE = 2e-5;

  /** Largest difference of a gradient that is zero in exact arithmetic. */
  private static final double ZERO = 1e-6;

  public TensorCheck {
    lines = List.copyOf(lines);
  }

  /**
   * One tensor.
   *
   * @param name in the reference
   * @param shape of the reference
   * @param absolute largest difference; NaN where it could not be computed
   * @param relative the same, relative to {@code max(1, |reference|)} for values, and to the
   *     largest entry for gradients
   * @param tolerance of the relative difference
   * @param remark what else there is to say, may be empty
   */
  public record Line(
      String name,
      List<Long> shape,
      double absolute,
      double relative,
      double tolerance,
      String remark) {

    boolean passed() {
      return relative <= tolerance;
    }
  }

  /** Collects lines. */
  static final class Builder {
    private final List<Line> lines = new ArrayList<>();

    /** Compares a tensor, if the reference has it. */
    void compare(SafetensorsFile reference, String name, float[] values, long[] shape) {
      add(TOLERANCE, false, reference, name, values, shape);
    }

    /** Compares values as they are, if the reference has them. */
    void compare(SafetensorsFile reference, String name, NDArray value) {
      compareWithin(TOLERANCE, reference, name, value);
    }

    /** Compares with a tolerance of its own; leading axes of the reference may be joined. */
    void compareWithin(double tolerance, SafetensorsFile reference, String name, NDArray value) {
      add(tolerance, false, reference, name, value.toFloatArray(), shape(reference, name, value));
    }

    /** Compares with an array that was made of the reference's. */
    void compareTo(NDArray expected, String name, NDArray value) {
      add(
          TOLERANCE,
          false,
          name,
          expected.toFloatArray(),
          expected.getShape().getShape(),
          value.toFloatArray(),
          value.getShape().getShape());
    }

    /** Compares relative to the largest entry, as gradients are. */
    void compareToLargest(double tolerance, SafetensorsFile reference, String name, NDArray value) {
      add(tolerance, true, reference, name, value.toFloatArray(), shape(reference, name, value));
    }

    /** Compares whole numbers, all of which must be equal. */
    void compareExactly(SafetensorsFile reference, String name, long[] values) {
      if (!reference.has(name)) {
        return;
      }
      long[] there = reference.longs(name);
      List<Long> sides = Arrays.stream(reference.shape(name)).boxed().toList();
      if (there.length != values.length) {
        lines.add(
            new Line(name, sides, Double.NaN, Double.NaN, 0, "has %d".formatted(values.length)));
        return;
      }
      long differing = 0;
      for (int i = 0; i < there.length; i++) {
        differing += there[i] == values[i] ? 0 : 1;
      }
      String remark = differing == 0 ? "" : "%,d of %,d differ".formatted(differing, there.length);
      lines.add(new Line(name, sides, differing, differing, 0, remark));
    }

    /** The reference's shape where both hold as many numbers, else the value's own. */
    private static long[] shape(SafetensorsFile reference, String name, NDArray value) {
      long[] own = value.getShape().getShape();
      if (!reference.has(name)) {
        return own;
      }
      long[] there = reference.shape(name);
      long count = Arrays.stream(there).reduce(1, (a, b) -> a * b);
      return count == value.size() ? there : own;
    }

    private void add(
        double tolerance,
        boolean toLargest,
        SafetensorsFile reference,
        String name,
        float[] values,
        long[] shape) {
      if (reference.has(name)) {
        add(
            tolerance,
            toLargest,
            name,
            reference.floats(name),
            reference.shape(name),
            values,
            shape);
      }
    }

    private void add(
        double tolerance,
        boolean toLargest,
        String name,
        float[] there,
        long[] expected,
        float[] values,
        long[] shape) {
      List<Long> sides = Arrays.stream(expected).boxed().toList();
      if (!Arrays.equals(expected, shape)) {
        lines.add(
            new Line(
                name,
                sides,
                Double.NaN,
                Double.NaN,
                tolerance,
                "has shape " + Arrays.toString(shape)));
        return;
      }
      double largest = ZERO / tolerance;
      for (float value : there) {
        largest = Math.max(largest, Math.abs(value));
      }
      double absolute = 0;
      double relative = 0;
      for (int i = 0; i < there.length; i++) {
        double difference = Math.abs((double) values[i] - there[i]);
        double known = Double.isNaN(difference) ? Double.MAX_VALUE : difference;
        absolute = Math.max(absolute, known);
        relative =
            Math.max(relative, known / (toLargest ? largest : Math.max(1, Math.abs(there[i]))));
      }
      lines.add(new Line(name, sides, absolute, relative, tolerance, ""));
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
    int width = Math.max(24, lines.stream().mapToInt(line -> line.name().length()).max().orElse(0));
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-" + width + "s %-18s absolute %.2e  relative %.2e  %s%n",
              line.name(),
              line.shape(),
              line.absolute(),
              line.relative(),
              line.passed() ? "ok" : line.remark().isEmpty() ? "TOO LARGE" : line.remark()));
    }
    long failed = lines.stream().filter(line -> !line.passed()).count();
    return text
        + (passed
            ? "passed: %d of %d".formatted(lines.size(), lines.size())
            : "failed: %d of %d".formatted(failed, lines.size()))
        + String.format(
            Locale.ROOT,
            " (tolerance of values %.0e, relative to numbers above 1; of gradients 1e-04 of the largest entry)",
            TOLERANCE);
  }
}
