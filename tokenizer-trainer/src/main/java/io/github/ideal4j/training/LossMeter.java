package io.github.ideal4j.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sums the losses of several steps on the device. The sums are read when a line of the metrics or a
 * checkpoint is due, and not before.
 */
final class LossMeter {

  private final NDManager manager;
  private final Map<String, NDArray> sums = new LinkedHashMap<>();
  private int steps;

  /**
   * @param manager owns the sums, on the device of the losses
   */
  LossMeter(NDManager manager) {
    this.manager = manager;
  }

  /** Adds the losses of one step; without gradients. */
  void add(StepLosses losses) {
    add("loss", losses.total());
    losses.parts().forEach(this::add);
    steps++;
  }

  private void add(String name, NDArray value) {
    NDArray sum = sums.computeIfAbsent(name, key -> zero());
    sum.addi(value.stopGradient().reshape(new Shape()));
  }

  private NDArray zero() {
    NDArray zero = manager.zeros(new Shape());
    NDScope.unregister(zero); // it outlives the step that made it
    return zero;
  }

  int steps() {
    return steps;
  }

  /** The sums so far, read from the device. */
  Map<String, Float> sums() {
    Map<String, Float> read = new LinkedHashMap<>();
    sums.forEach((name, sum) -> read.put(name, sum.getFloat()));
    return read;
  }

  /** The means since the last call, read from the device; begins anew. */
  Map<String, Double> takeMeans() {
    Map<String, Double> means = new LinkedHashMap<>();
    int count = steps;
    sums().forEach((name, sum) -> means.put(name, (double) sum / count));
    reset();
    return means;
  }

  void restore(int count, Map<String, Float> values) {
    reset();
    steps = count;
    values.forEach((name, value) -> sums.put(name, manager.full(new Shape(), value)));
  }

  private void reset() {
    sums.values().forEach(NDArray::close);
    sums.clear();
    steps = 0;
  }
}
