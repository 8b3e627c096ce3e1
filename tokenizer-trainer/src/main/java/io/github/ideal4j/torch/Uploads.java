package io.github.ideal4j.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers of the host as arrays of a device, in memory that the engine owns. On a GPU they go
 * through pinned memory and nobody waits for them: an array that DJL creates there waits until the
 * GPU has done everything that was asked of it before.
 */
public final class Uploads {

  private static final NDManager HOST = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private static final Map<Device, NDArray> PLACES = new ConcurrentHashMap<>();

  private Uploads() {}

  /**
   * An array of bytes as they lie in memory.
   *
   * @param bytes outside the heap, in native order; may be used again when this returns
   * @param manager owns the result, on its device
   */
  public static NDArray bytes(ByteBuffer bytes, Shape shape, DataType type, NDManager manager) {
    if (!(manager instanceof PtNDManager)) { // one that records a graph
      try (NDArray inJava = manager.create(bytes, shape, type)) {
        return TorchOps.owned(inJava);
      }
    }
    try (NDArray inJava = HOST.create(bytes, shape, type)) {
      return moved(inJava, manager);
    }
  }

  /** An array of integers, int64. */
  public static NDArray longs(long[] values, Shape shape, NDManager manager) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Long.BYTES))
            .order(ByteOrder.nativeOrder());
    bytes.asLongBuffer().put(values);
    return bytes(bytes, shape, DataType.INT64, manager);
  }

  /** An array of integers, int64 {@code [values.length]}. */
  public static NDArray longs(long[] values, NDManager manager) {
    return longs(values, new Shape(values.length), manager);
  }

  private static NDArray moved(NDArray inJava, NDManager manager) {
    NDArray beside = PLACES.computeIfAbsent(manager.getDevice(), Uploads::place);
    NDArray moved = Script.call("upload", inJava, beside);
    moved.attach(manager);
    return moved;
  }

  /** An array that lives on a device for good. */
  private static NDArray place(Device device) {
    NDArray array = NDManager.newBaseManager(device, "PyTorch").zeros(new Shape());
    NDScope.unregister(array);
    return array;
  }
}
