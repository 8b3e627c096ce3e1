package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.Tensors;
import java.nio.ByteBuffer;

/** Translates between DJL's and ONNX's element types and tensors. */
final class Types {

  /** Bytes from which a copy is made outside of the heap. */
  private static final int LARGE = 1 << 20;

  private Types() {}

  static ElementType element(DataType type) {
    return switch (type) {
      case FLOAT32 -> ElementType.FLOAT;
      case FLOAT64 -> ElementType.DOUBLE;
      case FLOAT16 -> ElementType.FLOAT16;
      case UINT8 -> ElementType.UINT8;
      case INT8 -> ElementType.INT8;
      case INT32 -> ElementType.INT32;
      case INT64 -> ElementType.INT64;
      case BOOLEAN -> ElementType.BOOL;
      default ->
          throw new ExportException(
              "element type %s cannot be exported; use float32, int32, int64, uint8 or boolean"
                  .formatted(type));
    };
  }

  static DataType data(ElementType type) {
    return switch (type) {
      case FLOAT -> DataType.FLOAT32;
      case DOUBLE -> DataType.FLOAT64;
      case FLOAT16 -> DataType.FLOAT16;
      case UINT8 -> DataType.UINT8;
      case INT8 -> DataType.INT8;
      case INT32 -> DataType.INT32;
      case INT64 -> DataType.INT64;
      case BOOL -> DataType.BOOLEAN;
      case UINT16, INT16 ->
          throw new ExportException(
              "DJL has no %s arrays; use int32 and let OutputSpec cast".formatted(type));
    };
  }

  /** A type in which ONNX Runtime computes everything: small integers are computed as int32. */
  static DataType wide(DataType type) {
    return type == DataType.UINT8 || type == DataType.INT8 ? DataType.INT32 : type;
  }

  /** Copies an array's values; many of them outside of the heap. */
  static TensorProto tensor(NDArray array) {
    ByteBuffer values = array.toByteBuffer(true);
    ByteBuffer copy =
        values.remaining() < LARGE
            ? ByteBuffer.allocate(values.remaining())
            : ByteBuffer.allocateDirect(values.remaining());
    return Tensors.of(
        element(array.getDataType()), copy.put(values).flip(), array.getShape().getShape().clone());
  }
}
