package io.github.ideal4j.arrow;

import java.nio.ByteBuffer;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** How a token is stored: the narrowest of three integer types that holds the whole codebook. */
public enum TokenType {
  UINT8(1, 256, new ArrowType.Int(8, false)) {
    @Override
    void put(ByteBuffer buffer, int at, int token) {
      buffer.put(at, (byte) token);
    }

    @Override
    void get(ByteBuffer buffer, int at, int[] target, int count) {
      for (int i = 0; i < count; i++) {
        target[i] = buffer.get(at + i) & 0xFF;
      }
    }
  },
  UINT16(2, 65_536, new ArrowType.Int(16, false)) {
    @Override
    void put(ByteBuffer buffer, int at, int token) {
      buffer.putShort(at, (short) token);
    }

    @Override
    void get(ByteBuffer buffer, int at, int[] target, int count) {
      for (int i = 0; i < count; i++) {
        target[i] = buffer.getShort(at + 2 * i) & 0xFFFF;
      }
    }
  },
  /** Signed, because most tools lack good support for uint32; negative values are refused. */
  INT32(4, Integer.MAX_VALUE, new ArrowType.Int(32, true)) {
    @Override
    void put(ByteBuffer buffer, int at, int token) {
      buffer.putInt(at, token);
    }

    @Override
    void get(ByteBuffer buffer, int at, int[] target, int count) {
      for (int i = 0; i < count; i++) {
        target[i] = buffer.getInt(at + 4 * i);
      }
    }
  };

  private final int bytes;
  private final int capacity;

  @SuppressWarnings("ImmutableEnumChecker") // Arrow does not say so, but its types never change
  private final ArrowType arrowType;

  TokenType(int bytes, int capacity, ArrowType arrowType) {
    this.bytes = bytes;
    this.capacity = capacity;
    this.arrowType = arrowType;
  }

  /** The narrowest type for a codebook: 256 entries fit uint8, 257 need uint16, 65,537 int32. */
  public static TokenType forCodebook(int codebookSize) {
    if (codebookSize < 1) {
      throw new IllegalArgumentException(
          "a codebook has at least one entry, got %d".formatted(codebookSize));
    }
    for (TokenType type : values()) {
      if (codebookSize <= type.capacity) {
        return type;
      }
    }
    throw new AssertionError(codebookSize);
  }

  /** Bytes of one token. */
  public int bytes() {
    return bytes;
  }

  /** How many codebook entries the type can tell apart. */
  public int capacity() {
    return capacity;
  }

  ArrowType arrowType() {
    return arrowType;
  }

  /** Stores one token at a byte position of a little-endian buffer. */
  abstract void put(ByteBuffer buffer, int at, int token);

  /** Reads {@code count} tokens from a byte position of a little-endian buffer on. */
  abstract void get(ByteBuffer buffer, int at, int[] target, int count);
}
