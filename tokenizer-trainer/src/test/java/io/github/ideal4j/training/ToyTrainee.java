package io.github.ideal4j.training;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Linear regression with dropout, a counting buffer and a host counter. */
final class ToyTrainee implements Trainee {

  private static final int WIDTH = 8;

  private final NDManager manager;
  private final NDArray weight;
  private final NDArray bias;
  private final NDArray seen;
  private long rows;
  private long stopAt = -1;
  private long dieAt = -1;
  private long explodeAt = -1;
  private double dropout = 0.1;
  private int joined = 1;
  private StopSignal stop;
  private boolean validated = true;
  private int failInCheckpoint;
  private int checkpoints;
  private int thirdHandles;
  private int lastHandles;

  ToyTrainee(NDManager manager) {
    this.manager = manager;
    weight = owned(manager.zeros(new Shape(1, WIDTH)));
    bias = owned(manager.zeros(new Shape(1)));
    seen = manager.zeros(new Shape(WIDTH));
  }

  private static NDArray owned(NDArray array) {
    array.setRequiresGradient(true);
    return array;
  }

  ToyTrainee stoppingAt(long step, StopSignal signal) {
    stopAt = step;
    stop = signal;
    return this;
  }

  ToyTrainee dyingAt(long step) {
    dieAt = step;
    return this;
  }

  ToyTrainee explodingAt(long step) {
    explodeAt = step;
    return this;
  }

  /** Without chance in the model, and with the rows of so many batches in each of its own. */
  ToyTrainee joining(int batches) {
    dropout = 0;
    joined = batches;
    return this;
  }

  /** Fails when the given checkpoint, counted from 1, has its arrays but not its state. */
  ToyTrainee failingInCheckpoint(int number) {
    failInCheckpoint = number;
    return this;
  }

  ToyTrainee withoutValidation() {
    validated = false;
    return this;
  }

  @Override
  public Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    parameters.put("linear.weight", weight);
    parameters.put("linear.bias", bias);
    return parameters;
  }

  @Override
  public Map<String, NDArray> buffers() {
    return Map.of("seen", seen);
  }

  @Override
  public StepLosses losses(TrainingStep step) {
    int count = 4 * joined;
    float[] inputs = new float[count * WIDTH];
    float[] targets = new float[count];
    for (int i = 0; i < count; i++) {
      SplittableRandom random =
          Chance.of(step.seed(), joined * step.batch() + i / 4, "data " + i % 4);
      for (int j = 0; j < WIDTH; j++) {
        inputs[i * WIDTH + j] = random.nextFloat();
        targets[i] += inputs[i * WIDTH + j];
      }
    }
    NDArray x = step.manager().create(inputs, new Shape(count, WIDTH));
    NDArray y = step.manager().create(targets, new Shape(count, 1));
    NDArray dropped = TorchOps.dropout(x, dropout, true);
    NDArray square = TorchOps.linear(dropped, weight, bias).sub(y).square().mean();
    NDArray total = square;
    if (step.index() == explodeAt) {
      total =
          square
              .div(step.manager().zeros(new Shape()))
              .sub(square.div(step.manager().zeros(new Shape())));
    }
    return new StepLosses(total, Map.of("square", square));
  }

  @Override
  public void afterStep(TrainingStep step) {
    seen.addi(step.manager().ones(new Shape(WIDTH), DataType.FLOAT32));
    rows += 4;
    if (step.index() == 2) {
      thirdHandles = handles();
    }
    lastHandles = handles();
    if (step.index() + 1 == stopAt) {
      stop.request();
    }
    if (step.index() == dieAt) {
      throw new UncheckedIOException(new IOException("died"));
    }
  }

  private int handles() {
    return ((BaseNDManager) manager).getManagedArrays().size();
  }

  int handlesAtThirdStep() {
    return thirdHandles;
  }

  int handlesAtLastStep() {
    return lastHandles;
  }

  @Override
  public Map<String, Double> validate(NDManager scope) {
    return validated ? Map.of("validationWeight", (double) weight.getFloat(0, 0)) : Map.of();
  }

  @Override
  public Map<String, Long> counters() {
    checkpoints++;
    if (checkpoints == failInCheckpoint) {
      throw new UncheckedIOException(new IOException("disk full"));
    }
    return Map.of("rows", rows);
  }

  @Override
  public void restoreCounters(Map<String, Long> counters) {
    rows = counters.get("rows");
  }
}
