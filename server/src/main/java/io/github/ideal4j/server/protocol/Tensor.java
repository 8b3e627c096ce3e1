package io.github.ideal4j.server.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Values with a name.
 *
 * @param name of the input or output
 * @param datatype of the elements
 * @param shape sizes of the axes
 * @param data row major, little-endian, without gaps, from position to limit; elements of BYTES
 *     each after its length
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Tensor(String name, Datatype datatype, long[] shape, ByteBuffer data) {

  /** Sets the order. */
  public Tensor {
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The elements of a BYTES tensor. */
  public List<byte[]> elements() throws ProtocolException {
    ByteBuffer left = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    List<byte[]> elements = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      long length = left.remaining() < Integer.BYTES ? -1 : Integer.toUnsignedLong(left.getInt());
      if (length < 0 || length > left.remaining()) {
        throw ProtocolException.badRequest(
            "input '%s' of %d bytes ends within element %d of %d",
            name, data.remaining(), i, count);
      }
      byte[] element = new byte[(int) length];
      left.get(element);
      elements.add(element);
    }
    if (left.hasRemaining()) {
      throw ProtocolException.badRequest(
          "input '%s' has %d bytes after its %d elements", name, left.remaining(), count);
    }
    return elements;
  }
}
