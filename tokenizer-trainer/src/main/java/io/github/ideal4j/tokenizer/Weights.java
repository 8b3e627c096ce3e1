package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.NamedArrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * Trainable arrays by the names of the IDEAL release. First values follow from the seed and the
 * name alone, as PyTorch's own layers would be initialized.
 */
final class Weights {

  private final NDManager manager;
  private final long seed;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  Weights(NDManager manager, long seed) {
    this.manager = manager;
    this.seed = seed;
  }

  /** All arrays, in the order in which they were made. */
  Map<String, NDArray> all() {
    return arrays;
  }

  /** A linear layer: Xavier-uniform weights {@code [out, in]}, zero bias. */
  Affine linear(String weight, String bias, long out, long in) {
    double limit = Math.sqrt(6.0 / (in + out));
    return new Affine(uniform(weight, limit, out, in), constant(bias, 0, out));
  }

  /** A linear layer named {@code name.weight} and {@code name.bias}. */
  Affine linear(String name, long out, long in) {
    return linear(name + ".weight", name + ".bias", out, in);
  }

  /** A convolution: weights {@code [out, in, side, side]} and bias uniform by fan-in. */
  Affine convolution(String name, long out, long in, long side) {
    double limit = 1 / Math.sqrt((double) in * side * side);
    return new Affine(
        uniform(name + ".weight", limit, out, in, side, side), uniform(name + ".bias", limit, out));
  }

  /** A norm: ones and zeros. */
  Affine norm(String name, long width) {
    return new Affine(constant(name + ".weight", 1, width), constant(name + ".bias", 0, width));
  }

  /** Normal numbers. */
  NDArray normal(String name, double deviation, long... shape) {
    SplittableRandom random = random(name);
    return make(name, ignored -> deviation * random.nextGaussian(), shape);
  }

  /** Zeros. */
  NDArray zeros(String name, long... shape) {
    return constant(name, 0, shape);
  }

  private NDArray uniform(String name, double limit, long... shape) {
    SplittableRandom random = random(name);
    return make(name, ignored -> limit * (2 * random.nextDouble() - 1), shape);
  }

  private NDArray constant(String name, double value, long... shape) {
    return make(name, ignored -> value, shape);
  }

  private SplittableRandom random(String name) {
    return new SplittableRandom(seed * 31 + name.hashCode());
  }

  private NDArray make(String name, DoubleUnaryOperator value, long... sides) {
    Shape shape = new Shape(sides);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.applyAsDouble(i);
    }
    NDArray array = NamedArrays.of(values, shape, manager);
    array.setRequiresGradient(true);
    if (arrays.put(name, array) != null) {
      throw new IllegalStateException("two weights are named " + name);
    }
    return array;
  }
}
