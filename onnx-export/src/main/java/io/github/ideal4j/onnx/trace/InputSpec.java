package io.github.ideal4j.onnx.trace;

import io.github.ideal4j.onnx.graph.ElementType;
import java.util.List;

/**
 * An input of a block: its name in the graph, its shape, and the range from which values are drawn
 * while tracing and checking.
 *
 * @param name the name in the graph
 * @param type the element type
 * @param dims integers for fixed sizes, names of symbols for those that may change
 * @param low smallest value
 * @param high upper end of the values, excluded
 */
public record InputSpec(String name, ElementType type, List<Object> dims, double low, double high) {

  /** Checks dimensions and range. */
  public InputSpec {
    dims = List.copyOf(dims);
    for (Object dim : dims) {
      if (!(dim instanceof String || dim instanceof Integer || dim instanceof Long)) {
        throw new IllegalArgumentException(
            "dimension %s of input '%s' must be an integer or a symbol".formatted(dim, name));
      }
    }
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "input '%s' has the empty range %s to %s".formatted(name, low, high));
    }
  }

  /** A float32 input with values of -2 to 2. */
  public static InputSpec floats(String name, Object... dims) {
    return new InputSpec(name, ElementType.FLOAT, List.of(dims), -2, 2);
  }

  /** A uint8 input with all values. */
  public static InputSpec bytes(String name, Object... dims) {
    return new InputSpec(name, ElementType.UINT8, List.of(dims), 0, 256);
  }

  /** An int32 input with values of 0 to {@code high}, excluded. */
  public static InputSpec ints(String name, long high, Object... dims) {
    return new InputSpec(name, ElementType.INT32, List.of(dims), 0, high);
  }

  /** An int64 input with values of 0 to {@code high}, excluded. */
  public static InputSpec longs(String name, long high, Object... dims) {
    return new InputSpec(name, ElementType.INT64, List.of(dims), 0, high);
  }

  /** A boolean input. */
  public static InputSpec booleans(String name, Object... dims) {
    return new InputSpec(name, ElementType.BOOL, List.of(dims), 0, 2);
  }

  /** The same input with other values. */
  public InputSpec withRange(double newLow, double newHigh) {
    return new InputSpec(name, type, dims, newLow, newHigh);
  }
}
