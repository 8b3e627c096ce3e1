package io.github.ideal4j.server.protocol;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import java.util.List;

/** The element types of the protocol. */
public enum Datatype {
  /** One byte, 0 or 1. */
  BOOL(1, OnnxJavaType.BOOL),
  /** Unsigned, 8 bits. */
  UINT8(1, OnnxJavaType.UINT8),
  /** Unsigned, 16 bits. */
  UINT16(2, OnnxJavaType.INT16),
  /** Unsigned, 32 bits. */
  UINT32(4, OnnxJavaType.INT32),
  /** Unsigned, 64 bits. */
  UINT64(8, OnnxJavaType.INT64),
  /** Signed, 8 bits. */
  INT8(1, OnnxJavaType.INT8),
  /** Signed, 16 bits. */
  INT16(2, OnnxJavaType.INT16),
  /** Signed, 32 bits. */
  INT32(4, OnnxJavaType.INT32),
  /** Signed, 64 bits. */
  INT64(8, OnnxJavaType.INT64),
  /** IEEE half precision; binary only. */
  FP16(2, OnnxJavaType.FLOAT16),
  /** IEEE single precision. */
  FP32(4, OnnxJavaType.FLOAT),
  /** IEEE double precision. */
  FP64(8, OnnxJavaType.DOUBLE),
  /** Any bytes, each element after its length as a 32-bit number. */
  BYTES(0, OnnxJavaType.STRING);

  private final int size;
  private final OnnxJavaType javaType;

  Datatype(int size, OnnxJavaType javaType) {
    this.size = size;
    this.javaType = javaType;
  }

  /** Bytes of an element; 0 if they vary. */
  public int size() {
    return size;
  }

  /** What ONNX Runtime's Java side calls it when a tensor is made. */
  public OnnxJavaType javaType() {
    return javaType;
  }

  /** The protocol's name of a graph's element type. */
  public static Datatype of(OnnxTensorType type) {
    return switch (type) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> BOOL;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> UINT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> UINT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> UINT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> UINT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> INT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> INT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> INT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> INT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> FP16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> FP32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> FP64;
      default -> throw new IllegalArgumentException("the protocol has no elements of " + type);
    };
  }

  static Datatype parse(String name, String tensor) throws ProtocolException {
    for (Datatype type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw ProtocolException.badRequest(
        "input '%s': datatype '%s' is unknown; valid are %s",
        tensor, Printable.text(name), List.of(values()));
  }
}
