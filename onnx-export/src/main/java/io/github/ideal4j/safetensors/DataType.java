package io.github.ideal4j.safetensors;

import java.util.Arrays;

/** Element types of the format that can be read and written here. */
public enum DataType {
  /** IEEE double. */
  F64(8),
  /** IEEE float. */
  F32(4),
  /** IEEE half. */
  F16(2),
  /** The upper half of a float. */
  BF16(2),
  /** Signed integers. */
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  /** Unsigned bytes. */
  U8(1),
  /** Bytes that are 0 or 1. */
  BOOL(1);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of an element. */
  public int bytes() {
    return bytes;
  }

  static DataType of(String name, String tensor) {
    return Arrays.stream(values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tensor '%s' has the type %s; readable are %s"
                        .formatted(tensor, name, Arrays.toString(values()))));
  }
}
