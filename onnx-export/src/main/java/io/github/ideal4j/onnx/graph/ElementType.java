package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/** The element types of tensors that we write, with their code in ONNX files. */
public enum ElementType {
  /** 32-bit IEEE floating point. */
  FLOAT(DataType.FLOAT, 4),
  /** Unsigned 8-bit integer, as in images. */
  UINT8(DataType.UINT8, 1),
  /** Signed 8-bit integer. */
  INT8(DataType.INT8, 1),
  /**
   * Unsigned 16-bit integer, as in token files. ONNX Runtime's Java API reads but never creates it.
   */
  UINT16(DataType.UINT16, 2),
  /** Signed 16-bit integer. */
  INT16(DataType.INT16, 2),
  /** Signed 32-bit integer. */
  INT32(DataType.INT32, 4),
  /** Signed 64-bit integer, the type of shapes and indices. */
  INT64(DataType.INT64, 8),
  /** Truth value, one byte. */
  BOOL(DataType.BOOL, 1),
  /** 16-bit IEEE floating point. */
  FLOAT16(DataType.FLOAT16, 2),
  /** 64-bit IEEE floating point. */
  DOUBLE(DataType.DOUBLE, 8);

  private final DataType proto;
  private final int bytes;

  ElementType(DataType proto, int bytes) {
    this.proto = proto;
    this.bytes = bytes;
  }

  /** The code of this type in ONNX files. */
  public int code() {
    return proto.getNumber();
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is one of the floating point types. */
  public boolean isFloating() {
    return this == FLOAT || this == FLOAT16 || this == DOUBLE;
  }

  /**
   * The type with a code.
   *
   * @throws IllegalArgumentException if we do not handle that type
   */
  public static ElementType ofCode(int code) {
    for (ElementType type : values()) {
      if (type.code() == code) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "ONNX element type %s is not supported; use one of %s"
            .formatted(DataType.forNumber(code), java.util.List.of(values())));
  }
}
