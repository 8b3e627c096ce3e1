package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.training.EpochOrder;
import io.github.ideal4j.training.StepLosses;
import io.github.ideal4j.training.Trainee;
import io.github.ideal4j.training.TrainingStep;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A prior with its tokens, as the training loop sees it. */
final class PriorTrainee implements Trainee {

  private static final int VALIDATION_BATCH = 64;

  private final GptPrior prior;
  private final double classDrop;
  private final PriorViews data;
  private final EpochOrder order;
  private final ParameterStore store;

  /**
   * @param config complete
   * @param data all token files; they stay open as long as the training
   * @param manager lives on the device, as long as the training
   */
  PriorTrainee(PriorTrainingConfig config, PriorViews data, NDManager manager) {
    long seed = config.training().seed();
    prior = GptPrior.create(config.gpt(), config.dropout(), seed, manager);
    classDrop = config.classDrop();
    this.data = data;
    order = new EpochOrder(data.images(), config.training().batch(), seed);
    store = new ParameterStore(manager, false);
  }

  @Override
  public Map<String, NDArray> parameters() {
    return prior.named();
  }

  @Override
  public StepLosses losses(TrainingStep step) {
    long[] places = data.choose(order.rows(step.batch()), step.random("view"));
    NDArray tokens = data.tokens(step.manager(), places);
    NDArray labels = step.manager().create(dropClasses(step, places));
    return StepLosses.of(crossEntropy(tokens, labels, true));
  }

  private long[] dropClasses(TrainingStep step, long[] places) {
    SplittableRandom random = step.random("class drop");
    long[] labels = new long[places.length];
    for (int i = 0; i < labels.length; i++) {
      boolean dropped = random.nextDouble() < classDrop;
      labels[i] = dropped ? prior.config().nullClass() : data.classAt(places[i]);
    }
    return labels;
  }

  /** Mean negative log likelihood of the tokens, in nats: {@code []}. */
  private NDArray crossEntropy(NDArray tokens, NDArray labels, boolean training) {
    NDList inputs = new NDList(tokens, labels);
    NDArray logits = prior.forward(store, inputs, training).singletonOrThrow();
    return CrossEntropy.mean(logits, tokens);
  }

  @Override
  public Map<String, Double> validate(NDManager manager) {
    Map<String, Double> measured = new LinkedHashMap<>();
    data.validation()
        .ifPresent(
            tokens -> {
              measured.put("validationLoss", validationLoss(manager, tokens, true));
              if (prior.config().classes() > 0) {
                measured.put("validationLossWithoutClass", validationLoss(manager, tokens, false));
              }
            });
    return measured;
  }

  private double validationLoss(NDManager manager, PriorTokens tokens, boolean withClass) {
    double sum = 0;
    for (int start = 0; start < tokens.rows(); start += VALIDATION_BATCH) {
      int end = Math.min(tokens.rows(), start + VALIDATION_BATCH);
      int[] rows = new int[end - start];
      long[] labels = new long[end - start];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = start + i;
        labels[i] = withClass ? data.validationClass(start + i) : prior.config().nullClass();
      }
      try (NDManager batch = manager.newSubManager()) {
        NDArray mean = crossEntropy(tokens.rows(batch, rows), batch.create(labels), false);
        sum += (double) mean.getFloat() * rows.length;
      }
    }
    return sum / tokens.rows();
  }
}
