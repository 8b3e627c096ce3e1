package io.github.ideal4j.quantizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.NamedArrays;
import java.util.Arrays;

/** One case of a golden file: its settings, its arrays, and comparisons with them. */
record GoldenCase(String name, JsonNode config, SafetensorsFile file, NDManager manager) {

  private static final double VALUES = 1e-5;
  private static final double GRADIENTS = 1e-4; // of the largest entry
  private static final double ZERO = 1e-6; // gradients that are zero in exact arithmetic

  boolean has(String tensor) {
    return file.has(name + "." + tensor);
  }

  double number(String key) {
    if (!config.has(key)) {
      throw new IllegalArgumentException(name + " has no " + key);
    }
    return config.get(key).asDouble();
  }

  double number(String key, double otherwise) {
    return config.path(key).asDouble(otherwise);
  }

  boolean flag(String key) {
    return config.path(key).asBoolean(false);
  }

  /** An array in its own shape. */
  NDArray array(String tensor) {
    return NamedArrays.read(file, name + "." + tensor, manager);
  }

  /** An array that collects gradients. */
  NDArray learned(String tensor) {
    NDArray array = array(tensor);
    array.setRequiresGradient(true);
    return array;
  }

  long[] shape(String tensor) {
    return file.shape(name + "." + tensor);
  }

  long[] longs(String tensor) {
    return file.longs(name + "." + tensor);
  }

  float[] floats(String tensor) {
    return file.floats(name + "." + tensor);
  }

  /** {@code [batch, channels, h, w]} as {@code [vectors, channels]}; others with the last axis. */
  static NDArray vectors(NDArray x, boolean channelsFirst) {
    Shape shape = x.getShape();
    NDArray last = channelsFirst ? x.transpose(0, 2, 3, 1) : x;
    return last.reshape(-1, shape.get(channelsFirst ? 1 : shape.dimension() - 1));
  }

  void assertValues(NDArray actual, String tensor) {
    assertClose(actual.toFloatArray(), floats(tensor), VALUES, tensor);
  }

  /** Compares relative to the largest entry. */
  void assertNear(NDArray actual, String tensor) {
    float[] expected = floats(tensor);
    assertClose(
        actual.toFloatArray(), expected, Math.max(GRADIENTS * largest(expected), ZERO), tensor);
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  void assertIndices(NDArray actual, String tensor) {
    assertThat(actual.toLongArray()).as(name + "." + tensor).containsExactly(longs(tensor));
  }

  void assertNumber(NDArray actual, String tensor) {
    double expected = floats(tensor)[0];
    assertThat(Math.abs(actual.getFloat() - expected))
        .as("%s.%s: %s against %s", name, tensor, actual.getFloat(), expected)
        .isLessThan(VALUES * Math.max(1, Math.abs(expected)));
  }

  void assertGradient(NDArray of, String tensor) {
    assertGradient(of, tensor, GRADIENTS);
  }

  void assertGradient(NDArray of, String tensor, double tolerance) {
    float[] expected = floats(tensor);
    double largest = largest(expected);
    try (NDArray gradient = Autograd.gradient(of)) {
      float[] actual = gradient == null ? new float[expected.length] : gradient.toFloatArray();
      assertClose(actual, expected, Math.max(tolerance * largest, ZERO), tensor);
    }
    Autograd.zeroGradient(of);
  }

  private void assertClose(float[] actual, float[] expected, double allowed, String tensor) {
    assertThat(actual).as(name + "." + tensor).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) Math.abs(actual[i] - expected[i]))
          .as(
              "%s.%s at %d: %s against %s of %s",
              name,
              tensor,
              i,
              actual[i],
              expected[i],
              Arrays.toString(file.shape(name + "." + tensor)))
          .isLessThanOrEqualTo(allowed);
    }
  }
}
