package io.github.ideal4j.adversarial;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.NamedArrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Parameters and buffers of a discriminator by the names of the release. */
final class State {

  private final NDManager manager;
  private final long seed;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();
  private final Map<String, NDArray> buffers = new LinkedHashMap<>();

  State(NDManager manager, long seed) {
    this.manager = manager;
    this.seed = seed;
  }

  Map<String, NDArray> parameters() {
    return parameters;
  }

  Map<String, NDArray> buffers() {
    return buffers;
  }

  NDArray normal(String name, double mean, double deviation, long... shape) {
    NDArray array = numbers(name, mean, deviation, shape);
    array.setRequiresGradient(true);
    parameters.put(name, array);
    return array;
  }

  /** Uniform by fan-in, as PyTorch's convolutions begin. */
  NDArray byFanIn(String name, long fanIn, long... shape) {
    SplittableRandom random = random(name);
    float[] values = new float[Math.toIntExact(new Shape(shape).size())];
    double limit = 1 / Math.sqrt((double) fanIn);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (limit * (2 * random.nextDouble() - 1));
    }
    NDArray array = NamedArrays.of(values, new Shape(shape), manager);
    array.setRequiresGradient(true);
    parameters.put(name, array);
    return array;
  }

  /** Normal numbers that do not learn. */
  NDArray buffer(String name, double mean, double deviation, long... shape) {
    NDArray array = numbers(name, mean, deviation, shape);
    buffers.put(name, array);
    return array;
  }

  private NDArray numbers(String name, double mean, double deviation, long... shape) {
    SplittableRandom random = random(name);
    float[] values = new float[Math.toIntExact(new Shape(shape).size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + (deviation == 0 ? 0 : deviation * random.nextGaussian()));
    }
    return NamedArrays.of(values, new Shape(shape), manager);
  }

  private SplittableRandom random(String name) {
    return new SplittableRandom(seed * 31 + name.hashCode());
  }
}
