package io.github.ideal4j.server.model;

import io.github.ideal4j.server.protocol.Datatype;
import io.github.ideal4j.server.protocol.ProtocolException;
import io.github.ideal4j.server.protocol.Tensor;
import java.nio.ByteBuffer;

/**
 * Which values an input may have. They are checked before a run, because a value that makes a run
 * fail would take all the requests with it that share the run.
 *
 * @param min smallest
 * @param max largest
 * @param open whether {@code max} itself, and zero as {@code min} of {@code top_p}, is out
 * @param example a value to warm up with
 */
record ValueRange(double min, double max, boolean open, double example) {

  static ValueRange closed(double min, double max, double example) {
    return new ValueRange(min, max, false, example);
  }

  void check(Tensor tensor) throws ProtocolException {
    ByteBuffer data = tensor.data().duplicate().order(tensor.data().order());
    for (int i = 0; data.hasRemaining(); i++) {
      double value = next(tensor.datatype(), data);
      if (!(value >= min && (open ? value < max : value <= max))) {
        throw ProtocolException.badRequest(
            "input '%s': element %d is %s; valid are %s to %s%s",
            tensor.name(), i, brief(value), brief(min), open ? "below " : "", brief(max));
      }
    }
  }

  private static double next(Datatype type, ByteBuffer data) {
    return switch (type) {
      case INT32 -> data.getInt();
      case INT64 -> data.getLong();
      case FP32 -> data.getFloat();
      default -> throw new IllegalArgumentException("no range of " + type);
    };
  }

  private static String brief(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
