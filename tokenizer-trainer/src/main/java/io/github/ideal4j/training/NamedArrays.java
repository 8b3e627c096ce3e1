package io.github.ideal4j.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Arrays by name as safetensors, and back into arrays that exist already. */
public final class NamedArrays {

  private NamedArrays() {}

  /** Writes float32 and int64 arrays. */
  public static void write(Path file, Map<String, NDArray> arrays) throws IOException {
    Map<String, Tensor> tensors = new TreeMap<>();
    arrays.forEach((name, array) -> tensors.put(name, tensor(name, array)));
    SafetensorsWriter.write(file, tensors, Map.of());
  }

  private static Tensor tensor(String name, NDArray array) {
    long[] shape = array.getShape().getShape();
    return switch (array.getDataType()) {
      case FLOAT32 -> Tensor.of(array.toFloatArray(), shape);
      case INT64 -> Tensor.of(array.toLongArray(), shape);
      default ->
          throw new IllegalArgumentException(
              "%s has type %s; float32 and int64 are saved".formatted(name, array.getDataType()));
    };
  }

  /**
   * Reads a file into arrays, which stay the same objects. The file must hold exactly their names
   * and shapes.
   *
   * @throws IOException if it does not, or cannot be read
   */
  public static void read(Path file, Map<String, NDArray> arrays) throws IOException {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      for (String name : tensors.names()) {
        if (!arrays.containsKey(name)) {
          throw new IOException("%s holds '%s', which the model has not".formatted(file, name));
        }
      }
      for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
        read(file, tensors, entry.getKey(), entry.getValue());
      }
    }
  }

  private static void read(Path file, SafetensorsFile tensors, String name, NDArray array)
      throws IOException {
    if (!tensors.has(name)) {
      throw new IOException("%s lacks '%s'".formatted(file, name));
    }
    long[] shape = array.getShape().getShape();
    if (!Arrays.equals(tensors.shape(name), shape)) {
      throw new IOException(
          "%s: '%s' has shape %s, the model needs %s"
              .formatted(file, name, Arrays.toString(tensors.shape(name)), Arrays.toString(shape)));
    }
    NDManager manager = array.getManager();
    Shape sides = array.getShape();
    NDArray values =
        switch (array.getDataType()) {
          case FLOAT32 -> manager.create(tensors.floats(name), sides);
          case INT64 -> manager.create(tensors.longs(name), sides);
          default ->
              throw new IOException(
                  "'%s' has type %s; float32 and int64 are read"
                      .formatted(name, array.getDataType()));
        };
    // Copied by the engine: NDArray.set(Buffer) would leave the array pointing into a Java buffer
    // that the garbage collector frees.
    try (values) {
      TorchOps.copy(List.of(array), List.of(values));
    }
  }
}
