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
import java.util.Optional;
import java.util.SplittableRandom;

/** A prior with its tokens, as the training loop sees it. */
final class PriorTrainee implements Trainee {

  private static final int VALIDATION_BATCH = 64;

  private final GptPrior prior;
  private final double classDrop;
  private final DeviceTokens train;
  private final int views;
  private final int images;
  private final Optional<DeviceTokens> validation;
  private final EpochOrder order;
  private final ParameterStore store;

  /**
   * @param config complete
   * @param data all token files
   * @param manager lives on the device, as long as the training
   */
  PriorTrainee(PriorTrainingConfig config, PriorViews data, NDManager manager) {
    long seed = config.training().seed();
    prior = GptPrior.create(config.gpt(), config.dropout(), seed, manager);
    classDrop = config.classDrop();
    train = data.onDevice(manager);
    views = data.count();
    images = train.rows() / views;
    validation = data.validationOnDevice(manager);
    order = new EpochOrder(images, config.training().batch(), seed);
    store = new ParameterStore(manager, false);
  }

  @Override
  public Map<String, NDArray> parameters() {
    return prior.named();
  }

  @Override
  public StepLosses losses(TrainingStep step) {
    int[] rows = order.rows(step.batch());
    NDArray tokens = chooseViews(step, rows);
    NDArray labels = step.manager().create(dropClasses(step, rows));
    return StepLosses.of(crossEntropy(tokens, labels, true));
  }

  /** Each row in one of its views by chance: {@code [batch, cells]}. */
  private NDArray chooseViews(TrainingStep step, int[] rows) {
    SplittableRandom random = step.random("view");
    int[] places = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      places[i] = random.nextInt(views) * images + rows[i];
    }
    return train.rows(step.manager(), places);
  }

  private long[] dropClasses(TrainingStep step, int[] rows) {
    SplittableRandom random = step.random("class drop");
    long[] labels = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      boolean dropped = random.nextDouble() < classDrop;
      labels[i] = dropped ? prior.config().nullClass() : train.classes()[rows[i]];
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
    validation.ifPresent(
        tokens -> {
          measured.put("validationLoss", validationLoss(manager, tokens, true));
          measured.put("validationLossWithoutClass", validationLoss(manager, tokens, false));
        });
    return measured;
  }

  private double validationLoss(NDManager manager, DeviceTokens tokens, boolean withClass) {
    double sum = 0;
    for (int start = 0; start < tokens.rows(); start += VALIDATION_BATCH) {
      int end = Math.min(tokens.rows(), start + VALIDATION_BATCH);
      int[] rows = new int[end - start];
      long[] labels = new long[end - start];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = start + i;
        labels[i] = withClass ? tokens.classes()[start + i] : prior.config().nullClass();
      }
      try (NDManager batch = manager.newSubManager()) {
        NDArray mean = crossEntropy(tokens.rows(batch, rows), batch.create(labels), false);
        sum += (double) mean.getFloat() * rows.length;
      }
    }
    return sum / tokens.rows();
  }
}
