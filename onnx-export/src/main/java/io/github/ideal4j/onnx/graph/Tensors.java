package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes constant tensors. No dimensions mean a scalar of shape {@code []}. */
public final class Tensors {

  private Tensors() {}

  /**
   * A tensor over bytes that are not copied: do not change them afterwards.
   *
   * @param bytes little-endian elements in row-major order
   * @throws IllegalArgumentException if the bytes are too few or too many for the shape
   */
  public static TensorProto of(ElementType type, ByteBuffer bytes, long... dims) {
    long expected = type.bytes();
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type.code());
    for (long dim : dims) {
      tensor.addDims(dim);
      expected *= dim;
    }
    if (expected != bytes.remaining()) {
      throw new IllegalArgumentException(
          "%s tensor of shape %s needs %d bytes, got %d"
              .formatted(type, java.util.Arrays.toString(dims), expected, bytes.remaining()));
    }
    return tensor.setRawData(UnsafeByteOperations.unsafeWrap(bytes)).build();
  }

  /** A float32 tensor. */
  public static TensorProto floats(float[] values, long... dims) {
    ByteBuffer bytes = allocate(4L * values.length);
    bytes.asFloatBuffer().put(values);
    return of(ElementType.FLOAT, bytes, dims);
  }

  /** An int64 tensor. */
  public static TensorProto longs(long[] values, long... dims) {
    ByteBuffer bytes = allocate(8L * values.length);
    bytes.asLongBuffer().put(values);
    return of(ElementType.INT64, bytes, dims);
  }

  /** An int32 tensor. */
  public static TensorProto ints(int[] values, long... dims) {
    ByteBuffer bytes = allocate(4L * values.length);
    bytes.asIntBuffer().put(values);
    return of(ElementType.INT32, bytes, dims);
  }

  /** A scalar, or a tensor of one element where {@code dims} says so, of any type but float16. */
  public static TensorProto filled(ElementType type, Number value, long... dims) {
    ByteBuffer bytes = allocate(type.bytes());
    switch (type) {
      case FLOAT -> bytes.putFloat(value.floatValue());
      case DOUBLE -> bytes.putDouble(value.doubleValue());
      case INT64 -> bytes.putLong(value.longValue());
      case INT32 -> bytes.putInt(value.intValue());
      case INT16, UINT16 -> bytes.putShort(value.shortValue());
      case INT8, UINT8 -> bytes.put(value.byteValue());
      case BOOL -> bytes.put((byte) (value.doubleValue() != 0 ? 1 : 0));
      case FLOAT16 -> throw new IllegalArgumentException("no scalar of type FLOAT16; cast a FLOAT");
    }
    return of(type, bytes.flip(), dims);
  }

  private static ByteBuffer allocate(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
