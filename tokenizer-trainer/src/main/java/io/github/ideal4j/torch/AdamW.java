package io.github.ideal4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW with decoupled weight decay (arXiv 1711.05101) and clipping by the norm of all gradients
 * together, in a few fused calls for all parameters. A parameter that no gradient has ever reached
 * is skipped altogether: no decay, no count; one that a step leaves out afterwards sees a gradient
 * of 0. Used by the thread that trains.
 */
public final class AdamW implements AutoCloseable {

  /**
   * Settings that stay the same from step to step.
   *
   * @param beta1 decay of the gradient's mean, in [0, 1)
   * @param beta2 decay of the squared gradient's mean, in [0, 1)
   * @param epsilon added to the root of the corrected squared mean
   * @param weightDecay for the parameters that decay
   * @param clipNorm largest norm of all gradients; 0 does not clip
   */
  public record Settings(
      double beta1, double beta2, double epsilon, double weightDecay, double clipNorm) {}

  private final Settings settings;
  private final NDManager manager;
  private final List<Slot> slots = new ArrayList<>();

  /** A parameter with its state. */
  private static final class Slot {
    final String name;
    final NDArray parameter;
    final boolean decays;
    final NDArray mean;
    final NDArray square;
    final NDArray count;

    /** Whether a gradient has ever reached it, in the run that is resumed too; null: unknown. */
    private Boolean reached;

    private final NDManager manager;

    Slot(String name, NDArray parameter, boolean decays, NDManager manager) {
      this.name = name;
      this.manager = manager;
      this.parameter = parameter;
      this.decays = decays;
      mean = kept(manager.zeros(parameter.getShape()));
      square = kept(manager.zeros(parameter.getShape()));
      count = kept(manager.zeros(new Shape()));
    }

    /** The gradient, zeros where this step has left the parameter out; null before the first. */
    NDArray gradient() {
      NDArray gradient = Autograd.gradient(parameter);
      if (gradient != null) {
        reached = true;
        return gradient;
      }
      if (reached == null) {
        reached = count.getFloat() > 0;
      }
      return reached ? manager.zeros(parameter.getShape()) : null;
    }
  }

  /**
   * @param settings of all steps
   * @param manager its child owns the state; on the parameters' device
   */
  public AdamW(Settings settings, NDManager manager) {
    this.settings = settings;
    this.manager = manager.newSubManager();
  }

  /**
   * Adds a parameter.
   *
   * @param name names its state in {@link #state()}
   * @param parameter requires gradients
   * @param decays whether weight decay applies
   */
  public void add(String name, NDArray parameter, boolean decays) {
    slots.add(new Slot(name, parameter, decays, manager));
  }

  private static NDArray kept(NDArray array) {
    NDScope.unregister(array);
    return array;
  }

  /**
   * Takes one step along the gradients that the parameters have collected, and forgets those.
   *
   * @param rate learning rate of this step
   */
  public void step(double rate) {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    List<Slot> moved = new ArrayList<>();
    List<NDArray> gradients = new ArrayList<>();
    try {
      for (Slot slot : slots) {
        NDArray gradient = slot.gradient();
        if (gradient != null) {
          moved.add(slot);
          gradients.add(gradient);
        }
      }
      if (!moved.isEmpty()) {
        clip(gradients);
        update(moved, gradients, rate, true);
        update(moved, gradients, rate, false);
        moved.forEach(slot -> Autograd.forgetGradient(slot.parameter));
      }
    } finally {
      gradients.forEach(NDArray::close);
      Autograd.setRecording(recording);
    }
  }

  private void clip(List<NDArray> gradients) {
    if (settings.clipNorm() > 0) {
      Script.callOnLists("clip", List.of(gradients), Constants.of(settings.clipNorm()));
    }
  }

  private void update(List<Slot> moved, List<NDArray> gradients, double rate, boolean decaying) {
    List<List<NDArray>> lists = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lists.add(new ArrayList<>());
    }
    for (int i = 0; i < moved.size(); i++) {
      Slot slot = moved.get(i);
      if (slot.decays == decaying) {
        lists.get(0).add(slot.parameter);
        lists.get(1).add(gradients.get(i));
        lists.get(2).add(slot.mean);
        lists.get(3).add(slot.square);
        lists.get(4).add(slot.count);
      }
    }
    if (lists.get(0).isEmpty()) {
      return;
    }
    try (NDArray learningRate = Constants.passing(rate)) {
      Aliases.run(
          lists,
          aliases ->
              Script.callOnLists(
                  "adamw",
                  aliases,
                  learningRate,
                  Constants.of(settings.beta1()),
                  Constants.of(settings.beta2()),
                  Constants.of(decaying ? settings.weightDecay() : 0),
                  Constants.of(settings.epsilon())));
    }
  }

  /**
   * The state by name: {@code <parameter>.mean}, {@code .square} and {@code .count}. The arrays
   * themselves, so that a checkpoint is restored by copying into them.
   */
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    for (Slot slot : slots) {
      state.put(slot.name + ".mean", slot.mean);
      state.put(slot.name + ".square", slot.square);
      state.put(slot.name + ".count", slot.count);
    }
    return state;
  }

  @Override
  public void close() {
    manager.close();
  }
}
