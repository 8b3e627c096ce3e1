package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.NamedArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The arrays of a network that is not trained, by name, and the convolutions that use them. */
final class FrozenLayers implements AutoCloseable {

  private final NDManager manager;
  private final Map<String, NDArray> arrays = new HashMap<>();

  /**
   * Without arrays yet.
   *
   * @param parent on the device of the computation; its child owns the arrays
   */
  FrozenLayers(NDManager parent) {
    manager = parent.newSubManager();
  }

  /**
   * Reads the arrays that a network needs; a file may hold others too.
   *
   * @throws IOException if one is missing or has another shape; the message names it
   */
  static FrozenLayers read(Path file, TensorShapes needed, NDManager parent) throws IOException {
    FrozenLayers layers = new FrozenLayers(parent);
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      for (Map.Entry<String, Shape> tensor : needed.all().entrySet()) {
        String name = tensor.getKey();
        requireShape(file, tensors, name, tensor.getValue());
        layers.put(name, tensors.floats(name), tensor.getValue());
      }
      return layers;
    } catch (IOException | RuntimeException e) {
      layers.close();
      throw e;
    }
  }

  /** Checks that a file holds an array of a shape. */
  static void requireShape(Path file, SafetensorsFile tensors, String name, Shape shape)
      throws IOException {
    if (!tensors.has(name)) {
      throw new IOException("%s lacks tensor '%s'".formatted(file, name));
    }
    long[] sides = tensors.shape(name);
    if (!Arrays.equals(sides, shape.getShape())) {
      throw new IOException(
          "%s: tensor '%s' has the shape %s; this network needs %s"
              .formatted(file, name, Arrays.toString(sides), Arrays.toString(shape.getShape())));
    }
  }

  void put(String name, float[] values, Shape shape) {
    arrays.put(name, NamedArrays.of(values, shape, manager));
  }

  NDArray get(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("this network has no tensor '%s'".formatted(name));
    }
    return array;
  }

  boolean has(String name) {
    return arrays.containsKey(name);
  }

  /** A manager for the arrays of one computation; the caller closes it. */
  NDManager newScope() {
    return manager.newSubManager();
  }

  /** A convolution that keeps the size, for kernels with odd sides. */
  NDArray same(NDArray x, String layer) {
    return padded(x, layer, 1);
  }

  /** A convolution with half the kernel, rounded down, as padding. */
  NDArray padded(NDArray x, String layer, int stride) {
    Shape kernel = get(layer + ".weight").getShape();
    return convolve(x, layer, stride, new Shape(kernel.get(2) / 2, kernel.get(3) / 2));
  }

  /**
   * A convolution.
   *
   * @param x {@code [batch, in, height, width]}
   * @param layer name of the weight and, if it has one, the bias
   * @param padding of rows and columns
   */
  NDArray convolve(NDArray x, String layer, int stride, Shape padding) {
    return x.getNDArrayInternal()
        .convolution(
            x,
            get(layer + ".weight"),
            arrays.get(layer + ".bias"),
            new Shape(stride, stride),
            padding,
            new Shape(1, 1),
            1)
        .singletonOrThrow();
  }

  static NDArray relu(NDArray x) {
    return x.getNDArrayInternal().relu();
  }

  @Override
  public void close() {
    manager.close();
  }
}
