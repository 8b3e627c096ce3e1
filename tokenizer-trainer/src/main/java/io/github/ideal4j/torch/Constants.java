package io.github.ideal4j.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers as arrays without axes, on the CPU, kept for the life of the JVM. PyTorch takes such an
 * array beside one on any device without a copy, and autograd can hold it for as long as it likes:
 * a Java number that DJL wraps for one call is freed under autograd instead.
 */
final class Constants {

  // Enough for every number that is written in a model; a rate that changes each step is not kept.
  private static final int MOST = 4096;

  private static final NDManager MANAGER = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private static final Map<Double, NDArray> FLOATS = new ConcurrentHashMap<>();

  private Constants() {}

  /** A float. */
  static NDArray of(double value) {
    NDArray known = FLOATS.get(value);
    if (known != null) {
      return known;
    }
    if (FLOATS.size() >= MOST) {
      throw new IllegalStateException("more than %d different constants".formatted(MOST));
    }
    return FLOATS.computeIfAbsent(value, Constants::make);
  }

  /** A float that is not kept: the caller closes it. */
  static NDArray passing(double value) {
    return make(value);
  }

  private static NDArray make(double value) {
    NDArray array = MANAGER.full(new Shape(), (float) value);
    NDScope.unregister(array);
    return array;
  }
}
