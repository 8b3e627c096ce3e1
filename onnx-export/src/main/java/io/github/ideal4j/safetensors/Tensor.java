package io.github.ideal4j.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An array to be written.
 *
 * @param type of its elements
 * @param shape sides; empty for a scalar
 * @param data the elements, row-major and little-endian, from position to limit
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; a list would box every side
public record Tensor(DataType type, long[] shape, ByteBuffer data) {

  public Tensor {
    long expected = TensorInfo.of("", type, shape).bytes();
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          "%s of %s takes %d bytes, got %d"
              .formatted(type, java.util.Arrays.toString(shape), expected, data.remaining()));
    }
  }

  /** An array of floats. */
  public static Tensor of(float[] values, long... shape) {
    ByteBuffer data = littleEndian(values.length * Float.BYTES);
    data.asFloatBuffer().put(values);
    return new Tensor(DataType.F32, shape, data);
  }

  /** An array of 64-bit whole numbers. */
  public static Tensor of(long[] values, long... shape) {
    ByteBuffer data = littleEndian(values.length * Long.BYTES);
    data.asLongBuffer().put(values);
    return new Tensor(DataType.I64, shape, data);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
