package io.github.ideal4j.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;

/**
 * A model with its data, as the training loop sees it. The loop owns the optimizer, the averaged
 * weights, checkpoints and metrics; the trainee owns its arrays, knows its losses and draws chance
 * only through {@link TrainingStep#random} or the engine's generator, which is seeded anew for each
 * step.
 */
public interface Trainee {

  /**
   * The arrays that are trained, by a name that never changes, in an order that never changes. They
   * collect gradients and stay the same objects throughout.
   */
  Map<String, NDArray> parameters();

  /**
   * Arrays that change in training without gradients (moving averages, counters), by name. They are
   * saved with the weights, and float ones are averaged like them.
   */
  default Map<String, NDArray> buffers() {
    return Map.of();
  }

  /** Whether weight decay applies to a parameter: by default to those with two or more axes. */
  default boolean decays(String name, NDArray parameter) {
    return parameter.getShape().dimension() >= 2;
  }

  /** The forward pass of a batch in training mode. Reads nothing back to the host. */
  StepLosses losses(TrainingStep step);

  /** Called after the backward pass of every batch, without gradients. */
  default void afterBatch(TrainingStep step) {}

  /** Called after the optimizer's step without gradients, with the step's manager still open. */
  default void afterStep(TrainingStep step) {}

  /**
   * Measures the model on data it is not trained on. The loop has put the averaged weights in place
   * of the trained ones for the time of the call; gradients are off.
   *
   * @param manager lives on the device and is closed after the call
   * @return numbers by name, which go into the metrics; empty if there is nothing to measure
   */
  default Map<String, Double> validate(NDManager manager) {
    return Map.of();
  }

  /**
   * What a person should know about numbers of a validation, such as a codebook that collapses and
   * what helps against it; empty if all is well.
   */
  default List<String> remarks(Map<String, Double> validation) {
    return List.of();
  }

  /** Counters on the host that must survive a restart, by name. */
  default Map<String, Long> counters() {
    return Map.of();
  }

  /** Takes back what {@link #counters()} gave. */
  default void restoreCounters(Map<String, Long> counters) {}
}
