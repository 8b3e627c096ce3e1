package io.github.ideal4j.safetensors;

import java.nio.ByteBuffer;

/** Conversions between float and the 16-bit types. */
public final class Floats {

  private static final int HALF_EXPONENT_MASK = 0x7C00;
  private static final int HALF_FRACTION_BITS = 10;

  private Floats() {}

  /** The float that a brain float's bits mean; exact. */
  public static float fromBfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The float that a half's bits mean; exact. */
  public static float fromHalf(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits & HALF_EXPONENT_MASK;
    int fraction = bits & 0x03FF;
    if (exponent == HALF_EXPONENT_MASK) {
      return Float.intBitsToFloat(sign | 0x7F800000 | fraction << 13);
    }
    if (exponent != 0) {
      int biased = (exponent >> HALF_FRACTION_BITS) + 112;
      return Float.intBitsToFloat(sign | biased << 23 | fraction << 13);
    }
    float tiny = fraction * 0x1p-24f;
    return sign == 0 ? tiny : -tiny;
  }

  /** The half nearest to a float, ties to even; too large a value becomes infinite. */
  public static short toHalf(float value) {
    int bits = Float.floatToIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000) {
      return (short) (sign | 0x7E00);
    }
    if (magnitude >= 0x47800000) {
      return (short) (sign | HALF_EXPONENT_MASK);
    }
    if (magnitude < 0x38800000) {
      // Below the smallest normal half the unit is 2^-24; adding 0.5 rounds the float to it.
      int rounded = Float.floatToIntBits(Float.intBitsToFloat(magnitude) + 0.5f);
      return (short) (sign | rounded - 0x3F000000);
    }
    int odd = magnitude >>> 13 & 1;
    return (short) (sign | (magnitude - 0x38000000 + 0xFFF + odd) >>> 13);
  }

  static void read(ByteBuffer from, DataType type, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = next(from, type);
    }
  }

  private static float next(ByteBuffer from, DataType type) {
    return switch (type) {
      case F64 -> (float) from.getDouble();
      case F32 -> from.getFloat();
      case F16 -> fromHalf(from.getShort());
      case BF16 -> fromBfloat16(from.getShort());
      case I64 -> from.getLong();
      case I32 -> from.getInt();
      case I16 -> from.getShort();
      case I8 -> from.get();
      case U8, BOOL -> from.get() & 0xFF;
    };
  }
}
