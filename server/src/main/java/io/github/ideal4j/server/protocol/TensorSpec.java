package io.github.ideal4j.server.protocol;

import java.util.Arrays;
import java.util.List;

/**
 * An input or output of a model.
 *
 * @param name of the tensor
 * @param datatype of its elements
 * @param shape -1 for a size that is free
 */
public record TensorSpec(String name, Datatype datatype, List<Long> shape) {

  /** Copies. */
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Whether the first size is free, so that several requests can share a run. */
  public boolean isBatched() {
    return !shape.isEmpty() && shape.get(0) < 0;
  }

  /**
   * Bytes of one row, that is, of all but the first axis; for shapes that are free nowhere else.
   */
  public int rowBytes() {
    long elements = 1;
    for (long size : shape.subList(isBatched() ? 1 : 0, shape.size())) {
      elements = Math.multiplyExact(elements, size);
    }
    return Math.toIntExact(Math.multiplyExact(elements, datatype.size()));
  }

  /** Refuses another type or shape. */
  void check(Datatype foundType, long[] found) throws ProtocolException {
    if (foundType != datatype) {
      throw ProtocolException.badRequest(
          "input '%s' has datatype %s; %s was expected", name, foundType, datatype);
    }
    boolean fits = found.length == shape.size();
    for (int i = 0; fits && i < found.length; i++) {
      fits = found[i] > 0 && (shape.get(i) < 0 || shape.get(i) == found[i]);
    }
    if (!fits) {
      throw ProtocolException.badRequest(
          "input '%s' has shape %s; %s was expected", name, Arrays.toString(found), shape);
    }
  }
}
