package io.github.ideal4j.golden;

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
public record GoldenCase(String name, JsonNode config, SafetensorsFile file, NDManager manager) {

  private static final double VALUES = 1e-5;
  private static final double GRADIENTS = 1e-4; // of the largest entry
  private static final double ZERO = 1e-6; // gradients that are zero in exact arithmetic

  public boolean has(String tensor) {
    return file.has(name + "." + tensor);
  }

  public double number(String key) {
    if (!config.has(key)) {
      throw new IllegalArgumentException(name + " has no " + key);
    }
    return config.get(key).asDouble();
  }

  public double number(String key, double otherwise) {
    return config.path(key).asDouble(otherwise);
  }

  public boolean flag(String key) {
    return config.path(key).asBoolean(false);
  }

  /** An array in its own shape. */
  public NDArray array(String tensor) {
    return NamedArrays.read(file, name + "." + tensor, manager);
  }

  /** An array that collects gradients. */
  public NDArray learned(String tensor) {
    NDArray array = array(tensor);
    array.setRequiresGradient(true);
    return array;
  }

  public long[] shape(String tensor) {
    return file.shape(name + "." + tensor);
  }

  public long[] longs(String tensor) {
    return file.longs(name + "." + tensor);
  }

  public float[] floats(String tensor) {
    return file.floats(name + "." + tensor);
  }

  /** {@code [batch, channels, h, w]} as {@code [vectors, channels]}; others with the last axis. */
  public static NDArray vectors(NDArray x, boolean channelsFirst) {
    Shape shape = x.getShape();
    NDArray last = channelsFirst ? x.transpose(0, 2, 3, 1) : x;
    return last.reshape(-1, shape.get(channelsFirst ? 1 : shape.dimension() - 1));
  }

  public void assertValues(NDArray actual, String tensor) {
    assertClose(actual.toFloatArray(), floats(tensor), VALUES, tensor);
  }

  /** Compares relative to the largest entry. */
  public void assertNear(NDArray actual, String tensor) {
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

  /** Compares within a tolerance of its own. */
  public void assertValues(NDArray actual, String tensor, double allowed) {
    assertClose(actual.toFloatArray(), floats(tensor), allowed, tensor);
  }

  public void assertIndices(NDArray actual, String tensor) {
    assertThat(actual.toLongArray()).as(name + "." + tensor).containsExactly(longs(tensor));
  }

  public void assertNumber(NDArray actual, String tensor) {
    double expected = floats(tensor)[0];
    assertThat(Math.abs(actual.getFloat() - expected))
        .as("%s.%s: %s against %s", name, tensor, actual.getFloat(), expected)
        .isLessThan(VALUES * Math.max(1, Math.abs(expected)));
  }

  public void assertGradient(NDArray of, String tensor) {
    assertGradient(of, tensor, GRADIENTS);
  }

  public void assertGradient(NDArray of, String tensor, double tolerance) {
    assertGradient(of, tensor, tolerance, ZERO);
  }

  /** Within a part of the largest entry, or within an absolute difference. */
  public void assertGradient(NDArray of, String tensor, double tolerance, double zero) {
    float[] expected = floats(tensor);
    double largest = largest(expected);
    try (NDArray gradient = Autograd.gradient(of)) {
      float[] actual = gradient == null ? new float[expected.length] : gradient.toFloatArray();
      assertClose(actual, expected, Math.max(tolerance * largest, zero), tensor);
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
