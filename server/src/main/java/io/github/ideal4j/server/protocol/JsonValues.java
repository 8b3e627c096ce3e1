package io.github.ideal4j.server.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** The values of one input in JSON: a flat list, or lists in lists as the shape says. */
final class JsonValues {

  private static final int LENGTH_BYTES = 4;

  private final JsonParser parser;
  private final TensorSpec spec;
  private final long[] shape;
  private final boolean base64;
  private final long count;
  private final ByteBuffer values;
  private final ByteArrayOutputStream texts = new ByteArrayOutputStream();
  private long read;

  JsonValues(JsonParser parser, TensorSpec spec, long[] shape, boolean base64)
      throws ProtocolException {
    this.parser = parser;
    this.spec = spec;
    this.shape = shape;
    this.base64 = base64;
    count = count(spec, shape);
    values = ByteBuffer.allocate((int) (count * spec.datatype().size()));
    values.order(ByteOrder.LITTLE_ENDIAN);
  }

  static long count(TensorSpec spec, long[] shape) throws ProtocolException {
    try {
      long count = 1;
      for (long size : shape) {
        count = Math.multiplyExact(count, size);
      }
      Math.toIntExact(Math.multiplyExact(count, Math.max(1, spec.datatype().size())));
      return count;
    } catch (ArithmeticException e) {
      throw ProtocolException.tooLarge(
          "input '%s' with shape %s is too large", spec.name(), Arrays.toString(shape));
    }
  }

  ByteBuffer read() throws IOException, ProtocolException {
    parser.nextToken();
    JsonToken first = parser.nextToken();
    if (first == JsonToken.START_ARRAY) {
      nested(first);
    } else {
      for (JsonToken token = first; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
        put(token);
      }
    }
    if (read != count) {
      throw wrongCount(Long.toString(read));
    }
    return spec.datatype() == Datatype.BYTES ? ByteBuffer.wrap(texts.toByteArray()) : values.flip();
  }

  /** Within the outermost list, at the start of its first element. */
  private void nested(JsonToken first) throws IOException, ProtocolException {
    long[] found = new long[shape.length + 1];
    int depth = 1;
    for (JsonToken token = first; depth > 0; token = parser.nextToken()) {
      if (token == JsonToken.START_ARRAY) {
        if (depth == shape.length) {
          throw wrongNesting();
        }
        found[depth - 1]++;
        found[depth++] = 0;
      } else if (token == JsonToken.END_ARRAY) {
        depth--;
        if (found[depth] != shape[depth]) {
          throw wrongNesting();
        }
      } else {
        if (depth != shape.length) {
          throw wrongNesting();
        }
        found[depth - 1]++;
        put(token);
      }
    }
  }

  private void put(JsonToken token) throws IOException, ProtocolException {
    if (read++ == count) {
      throw wrongCount("more");
    }
    switch (spec.datatype()) {
      case BOOL -> values.put((byte) (truth(token) ? 1 : 0));
      case UINT8 -> values.put((byte) whole(token, 0, 255));
      case INT8 -> values.put((byte) whole(token, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case UINT16 -> values.putShort((short) whole(token, 0, 65535));
      case INT16 -> values.putShort((short) whole(token, Short.MIN_VALUE, Short.MAX_VALUE));
      case UINT32 -> values.putInt((int) whole(token, 0, (1L << 32) - 1));
      case INT32 -> values.putInt((int) whole(token, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> values.putLong(whole(token, Long.MIN_VALUE, Long.MAX_VALUE));
      case UINT64 -> values.putLong(unsigned(token));
      case FP32 -> values.putFloat(number(token).floatValue());
      case FP64 -> values.putDouble(number(token).doubleValue());
      case FP16 ->
          throw ProtocolException.badRequest(
              "input '%s': FP16 can be sent in binary form only", spec.name());
      case BYTES -> text(token);
    }
  }

  private boolean truth(JsonToken token) throws IOException, ProtocolException {
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw wrongValue();
    }
    return parser.getBooleanValue();
  }

  private long whole(JsonToken token, long min, long max) throws IOException, ProtocolException {
    if (token != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw wrongValue();
    }
    long value = parser.getLongValue();
    if (value < min || value > max) {
      throw wrongValue();
    }
    return value;
  }

  private long unsigned(JsonToken token) throws IOException, ProtocolException {
    if (token != JsonToken.VALUE_NUMBER_INT) {
      throw wrongValue();
    }
    BigInteger value = parser.getBigIntegerValue();
    if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
      throw wrongValue();
    }
    return value.longValue();
  }

  private Number number(JsonToken token) throws IOException, ProtocolException {
    if (token == null || !token.isNumeric()) {
      throw wrongValue();
    }
    return parser.getDoubleValue();
  }

  private void text(JsonToken token) throws IOException, ProtocolException {
    if (token != JsonToken.VALUE_STRING) {
      throw wrongValue();
    }
    byte[] bytes;
    try {
      bytes =
          base64
              ? Base64.getDecoder().decode(parser.getText())
              : parser.getText().getBytes(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ProtocolException.badRequest(
          "input '%s': element %d is no base64: %s", spec.name(), read - 1, e.getMessage());
    }
    byte[] length = new byte[LENGTH_BYTES];
    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length);
    texts.writeBytes(length);
    texts.writeBytes(bytes);
  }

  private ProtocolException wrongValue() throws IOException {
    return ProtocolException.badRequest(
        "input '%s': element %d is %s, which is no %s",
        spec.name(), read - 1, Printable.text(String.valueOf(parser.getText())), spec.datatype());
  }

  private ProtocolException wrongCount(String found) {
    return ProtocolException.badRequest(
        "input '%s' has %s elements; shape %s has %d",
        spec.name(), found, Arrays.toString(shape), count);
  }

  private ProtocolException wrongNesting() {
    return ProtocolException.badRequest(
        "input '%s': its lists are not nested as shape %s says",
        spec.name(), Arrays.toString(shape));
  }
}
