package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names and shapes of the arrays that a network needs, written layer by layer. */
final class TensorShapes {

  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  /** A square convolution with a bias: {@code [out, in, side, side]} and {@code [out]}. */
  TensorShapes convolution(String layer, int out, int in, int side) {
    return unbiased(layer, out, in, side).vector(layer + ".bias", out);
  }

  /** A square convolution without a bias. */
  TensorShapes unbiased(String layer, int out, int in, int side) {
    return tensor(layer + ".weight", out, in, side, side);
  }

  TensorShapes vector(String name, int length) {
    return tensor(name, length);
  }

  TensorShapes tensor(String name, long... sides) {
    shapes.put(name, new Shape(sides));
    return this;
  }

  /** All of them, in the order in which they were written. */
  Map<String, Shape> all() {
    return shapes;
  }
}
