package io.github.ideal4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Arrays of the engine to and from safetensors files. */
public final class NamedArrays {

  private static final int MOST_KEPT = 1 << 26;

  private static ByteBuffer kept;

  private NamedArrays() {}

  /**
   * Reads one array as float32 into memory that the engine owns.
   *
   * @param manager owns the result, on its device
   */
  public static NDArray read(SafetensorsFile file, String name, NDManager manager) {
    return of(file.floats(name), new Shape(file.shape(name)), manager);
  }

  /**
   * An array of these numbers in memory that the engine owns, aligned as it aligns: a sum may end
   * in another last digit where memory begins elsewhere.
   *
   * @param manager owns the result, on its device
   */
  public static synchronized NDArray of(float[] values, Shape shape, NDManager manager) {
    if (values.length == 0) {
      return manager.zeros(shape);
    }
    ByteBuffer bytes = scratch(Math.multiplyExact(values.length, Float.BYTES));
    bytes.asFloatBuffer().put(values);
    return Uploads.bytes(bytes, shape, DataType.FLOAT32, manager);
  }

  /** Memory outside the heap that is used again: only collections would free it otherwise. */
  private static ByteBuffer scratch(int bytes) {
    if (bytes > MOST_KEPT) {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    if (kept == null || kept.capacity() < bytes) {
      kept = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    return kept.clear().limit(bytes);
  }

  /**
   * Writes arrays; int64 ones as such, all others as float32.
   *
   * @param metadata for the header
   */
  public static void write(Path file, Map<String, NDArray> arrays, Map<String, String> metadata)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    arrays.forEach((name, array) -> tensors.put(name, tensor(array)));
    SafetensorsWriter.write(file, tensors, metadata);
  }

  /** Writes arrays without metadata. */
  public static void write(Path file, Map<String, NDArray> arrays) throws IOException {
    write(file, arrays, Map.of());
  }

  private static Tensor tensor(NDArray array) {
    long[] shape = array.getShape().getShape().clone();
    return array.getDataType() == DataType.INT64
        ? Tensor.of(array.toLongArray(), shape)
        : Tensor.of(array.toFloatArray(), shape);
  }

  /**
   * Reads values into arrays that exist, in place: they stay the same objects and keep whether they
   * require gradients.
   *
   * @throws IOException if a name is missing or surplus, or a shape differs
   */
  public static void load(Path file, Map<String, NDArray> into) throws IOException {
    load(file, into, "");
  }

  /**
   * The same, but leaves out names of the file with a prefix.
   *
   * @param ignored prefix; empty leaves out nothing
   */
  public static void load(Path file, Map<String, NDArray> into, String ignored) throws IOException {
    try (SafetensorsFile values = SafetensorsFile.open(file)) {
      Set<String> names = new HashSet<>(values.names());
      names.removeIf(name -> !ignored.isEmpty() && name.startsWith(ignored));
      if (!names.equals(into.keySet())) {
        throw new IOException("%s: %s".formatted(file, difference(values, into, names)));
      }
      for (Map.Entry<String, NDArray> target : into.entrySet()) {
        fill(file, values, target.getKey(), target.getValue());
      }
    }
  }

  private static String difference(
      SafetensorsFile values, Map<String, NDArray> into, Set<String> names) {
    for (String name : into.keySet()) {
      if (!values.has(name)) {
        return "tensor '%s' is missing".formatted(name);
      }
    }
    for (String name : names) {
      if (!into.containsKey(name)) {
        return "tensor '%s' belongs to no weight of this model".formatted(name);
      }
    }
    throw new IllegalStateException("the names are equal");
  }

  private static void fill(Path file, SafetensorsFile values, String name, NDArray array)
      throws IOException {
    long[] expected = array.getShape().getShape();
    if (!Arrays.equals(values.shape(name), expected)) {
      throw new IOException(
          "%s: tensor '%s' has the shape %s; %s was expected"
              .formatted(
                  file, name, Arrays.toString(values.shape(name)), Arrays.toString(expected)));
    }
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    try (NDArray alias = array.stopGradient();
        NDArray source = source(values, name, array)) {
      TorchOps.copy(List.of(alias), List.of(source));
    } finally {
      Autograd.setRecording(recording);
    }
  }

  private static NDArray source(SafetensorsFile values, String name, NDArray array) {
    NDManager manager = array.getManager();
    Shape shape = array.getShape();
    return array.getDataType() == DataType.INT64
        ? manager.create(values.longs(name), shape)
        : manager.create(values.floats(name), shape);
  }
}
