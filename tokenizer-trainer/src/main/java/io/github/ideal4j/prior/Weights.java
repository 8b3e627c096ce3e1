package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.ideal4j.torch.NamedArrays;
import java.util.SplittableRandom;

/** Parameters with their first values, which follow from the seed and the name alone. */
final class Weights {

  private static final float DEVIATION = 0.02f;

  private Weights() {}

  /** Normal numbers of deviation 0.02. */
  static Parameter normal(String name, String path, long seed, long... shape) {
    long own = seed * 31 + (path + name).hashCode();
    return weight(name, new Shape(shape), (manager, given) -> normal(manager, given, own));
  }

  /** Zeros, for biases, and for an output head: all tokens are equally likely at first. */
  static Parameter zeros(String name, long... shape) {
    return weight(name, new Shape(shape), NDManager::zeros);
  }

  /** Ones, for a norm's scale. */
  static Parameter ones(String name, long size) {
    return weight(name, new Shape(size), NDManager::ones);
  }

  private interface FirstValue {
    NDArray make(NDManager manager, Shape shape);
  }

  private static Parameter weight(String name, Shape shape, FirstValue first) {
    return Parameter.builder()
        .setName(name)
        .setType(Parameter.Type.WEIGHT)
        .optShape(shape)
        .optInitializer((manager, given, type) -> first.make(manager, given))
        .build();
  }

  private static NDArray normal(NDManager manager, Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = DEVIATION * (float) random.nextGaussian();
    }
    // A copy whose memory belongs to the engine and not to a Java buffer.
    return NamedArrays.of(values, shape, manager);
  }
}
