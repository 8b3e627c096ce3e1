package io.github.ideal4j.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.TorchOps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums the losses of several steps on the device. The sums are read when a line of the metrics or a
 * checkpoint is due, and not before.
 */
final class LossMeter {

  private final NDManager manager;
  private final Map<String, NDArray> sums = new LinkedHashMap<>();
  private int steps;
  private long firstStep;
  private final int batchesAStep;

  /** How many losses in a row were numbers, counted on the device; null before the first. */
  private NDArray sound;

  /** 1 as long as all losses since the last line were numbers. */
  private NDArray alive;

  /**
   * @param manager owns the sums, on the device of the losses
   * @param batchesAStep how often losses are added in a step
   */
  LossMeter(NDManager manager, int batchesAStep) {
    this.manager = manager;
    this.batchesAStep = batchesAStep;
  }

  /**
   * Adds the losses of one batch; without gradients.
   *
   * @param step that the batch belongs to
   */
  void add(StepLosses losses, long step) {
    if (sound == null) {
      firstStep = step;
      sound = zero();
      alive = manager.ones(new Shape());
      NDScope.unregister(alive);
    }
    NDArray total = losses.total().stopGradient().reshape(new Shape());
    NDArray difference = total.sub(total); // 0, or no number
    alive.muli(TorchOps.toFloat(difference.eq(difference)));
    sound.addi(alive);
    add("loss", losses.total());
    losses.parts().forEach(this::add);
    steps++;
  }

  /**
   * Refuses losses that are no numbers.
   *
   * @throws ArithmeticException if there are any; it names the first step and the parts
   */
  void requireNumbers() {
    if (sound == null || alive.getFloat() == 1) {
      return;
    }
    List<String> parts = new ArrayList<>();
    sums().forEach((name, sum) -> parts.add(Float.isFinite(sum) ? "" : name + " is " + sum));
    parts.removeIf(String::isEmpty);
    if (parts.size() > 1) {
      parts.remove(0); // the sum of the others
    }
    long step = firstStep + (long) sound.getFloat() / batchesAStep;
    throw new ArithmeticException("%s at step %d".formatted(String.join(", ", parts), step + 1));
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
    if (sound != null) {
      sound.close();
      alive.close();
      sound = null;
    }
  }
}
