package io.github.ideal4j.safetensors;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What the header says about an array.
 *
 * @param name of the array
 * @param type of its elements
 * @param shape sides, none negative; empty for a scalar
 */
public record TensorInfo(String name, DataType type, List<Long> shape) {

  public TensorInfo {
    shape = List.copyOf(shape);
    for (long side : shape) {
      if (side < 0) {
        throw new IllegalArgumentException(
            "tensor '%s' has the shape %s; no side may be negative".formatted(name, shape));
      }
    }
  }

  /** Describes an array that is about to be written. */
  public static TensorInfo of(String name, DataType type, long... shape) {
    return new TensorInfo(name, type, Arrays.stream(shape).boxed().toList());
  }

  /** The sides as an array. */
  public long[] sides() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** How many elements there are. */
  public long elements() {
    return LongStream.of(sides()).reduce(1, Math::multiplyExact);
  }

  /** How many bytes they take. */
  public long bytes() {
    return Math.multiplyExact(elements(), (long) type.bytes());
  }
}
