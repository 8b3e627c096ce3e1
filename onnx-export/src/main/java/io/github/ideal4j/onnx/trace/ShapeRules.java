package io.github.ideal4j.onnx.trace;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.Optional;

/** Finds shapes for Reshape and Expand that need no computation although sizes change. */
final class ShapeRules {

  private ShapeRules() {}

  /** The constant shape to write, if there is one that holds at all sizes. */
  static Optional<long[]> resolve(Traces traces, NodeProto node, SizePolynomial[] elements) {
    return node.getOpType().equals("Expand")
        ? expand(traces, node.getInput(0), elements)
        : reshape(traces, node.getInput(0), elements);
  }

  /** An axis that has the input's size already is written as 1. */
  private static Optional<long[]> expand(Traces traces, String input, SizePolynomial[] elements) {
    var shape = traces.first().shapes().get(input);
    if (shape == null) {
      return Optional.empty();
    }
    long[] dims = new long[elements.length];
    for (int i = 0; i < dims.length; i++) {
      int axis = i - (dims.length - shape.dimension());
      if (elements[i].isConstant()) {
        dims[i] = elements[i].coefficients().get(0);
      } else if (isSize(traces, input, axis, elements[i])) {
        dims[i] = 1;
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(dims);
  }

  /** An axis that keeps the input's size is 0, and one remaining axis -1. */
  private static Optional<long[]> reshape(Traces traces, String input, SizePolynomial[] elements) {
    long[] dims = new long[elements.length];
    int open = 0;
    for (int i = 0; i < dims.length; i++) {
      if (elements[i].isConstant()) {
        dims[i] = elements[i].coefficients().get(0);
      } else if (isSize(traces, input, i, elements[i])) {
        dims[i] = 0;
      } else {
        dims[i] = -1;
        open++;
      }
    }
    boolean empty =
        Arrays.stream(elements).anyMatch(e -> e.isConstant() && e.coefficients().get(0) == 0);
    return open <= 1 && !empty ? Optional.of(dims) : Optional.empty();
  }

  private static boolean isSize(Traces traces, String input, int axis, SizePolynomial element) {
    long[] sizes = traces.sizes(input, axis);
    return sizes.length > 0 && traces.fit(sizes).filter(element::equals).isPresent();
  }
}
