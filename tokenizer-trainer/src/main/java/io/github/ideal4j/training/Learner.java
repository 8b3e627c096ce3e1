package io.github.ideal4j.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.github.ideal4j.torch.AdamW;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A trainee with its optimizer and its averaged weights: what changes from step to step. */
final class Learner implements AutoCloseable {

  private final TrainingConfig config;
  private final Trainee trainee;
  private final NDManager manager;
  private final Laps laps;
  private final AdamW optimizer;
  private final Map<String, NDArray> weights = new LinkedHashMap<>();
  private final Map<String, NDArray> averages = new LinkedHashMap<>();

  /** Arrays that are averaged, and beside each of them its average. */
  private final List<NDArray> floats = new ArrayList<>();

  private final List<NDArray> floatAverages = new ArrayList<>();

  /**
   * @param manager its child owns the optimizer's state and the averages
   * @param laps hears of the parts of every step
   */
  Learner(TrainingConfig config, Trainee trainee, NDManager manager, Laps laps) {
    this.config = config;
    this.trainee = trainee;
    this.laps = laps;
    this.manager = manager.newSubManager();
    OptimizerConfig o = config.optimizer();
    optimizer =
        new AdamW(
            new AdamW.Settings(o.beta1(), o.beta2(), o.epsilon(), o.weightDecay(), o.clipNorm()),
            this.manager);
    trainee
        .parameters()
        .forEach((name, array) -> optimizer.add(name, array, trainee.decays(name, array)));
    weights.putAll(trainee.parameters());
    weights.putAll(trainee.buffers());
    weights.forEach(this::addAverage);
  }

  private void addAverage(String name, NDArray weight) {
    if (weight.getDataType() != DataType.FLOAT32) {
      averages.put(name, weight); // counters have no average: both files hold the count
      return;
    }
    NDArray average = TorchOps.owned(weight);
    average.attach(manager);
    averages.put(name, average);
    floats.add(weight);
    floatAverages.add(average);
  }

  /** Makes one step and adds its losses to the meter. */
  void step(long index, LossMeter meter) {
    try (NDManager own = manager.newSubManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      laps.begin();
      TrainingStep step = null;
      for (int i = 0; i < config.accumulate(); i++) {
        step = new TrainingStep(index, index * config.accumulate() + i, config.seed(), own, laps);
        batch(step, meter);
      }
      optimizer.step(config.optimizer().rate(index, config.steps()));
      laps.lap("optimizer");
      trainee.afterStep(step);
      laps.lap("after the step");
      TorchOps.lerp(floatAverages, floats, 1 - config.emaDecay(index));
      laps.lap("averages");
    } finally {
      Autograd.setRecording(false);
    }
    laps.lap("memory given back");
  }

  /** Adds the gradients of one batch to those that the step has already. */
  private void batch(TrainingStep step, LossMeter meter) {
    TorchEngine.seed(Chance.engineSeed(config.seed(), step.batch()));
    Autograd.setRecording(true);
    StepLosses losses = config.precision().compute(() -> trainee.losses(step));
    laps.lap("forward");
    NDArray total = losses.total();
    Autograd.backward(
        config.accumulate() == 1 ? total : TorchOps.scale(total, 1.0 / config.accumulate()));
    Autograd.setRecording(false);
    laps.lap("backward");
    meter.add(losses, step.index());
    trainee.afterBatch(step);
    laps.lap("after the batch");
  }

  /** What the trainee measures with the averages in place of the weights. */
  Map<String, Double> validate() {
    Autograd.setRecording(false);
    try (NDManager own = manager.newSubManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      List<NDArray> aside = floats.stream().map(TorchOps::owned).toList();
      TorchOps.copy(floats, floatAverages);
      try {
        return trainee.validate(own);
      } finally {
        TorchOps.copy(floats, aside);
      }
    }
  }

  void save(Checkpoint checkpoint) throws IOException {
    NamedArrays.write(checkpoint.weights(), weights);
    NamedArrays.write(checkpoint.ema(), averages);
    NamedArrays.write(checkpoint.optimizer(), optimizer.state());
  }

  Checkpoint.State restore(Checkpoint checkpoint) throws IOException {
    Checkpoint.State state = checkpoint.read();
    NamedArrays.load(checkpoint.weights(), weights);
    NamedArrays.load(checkpoint.ema(), averages);
    NamedArrays.load(checkpoint.optimizer(), optimizer.state());
    trainee.restoreCounters(state.counters());
    return state;
  }

  @Override
  public void close() {
    optimizer.close();
    manager.close();
  }
}
