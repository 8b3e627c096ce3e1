package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.torch.Uploads;
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

  private final Prior prior;
  private final PriorTrainingConfig config;
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
    this.config = config;
    this.data = data;
    prior = Prior.create(config.prior(), config.dropout(), seed, manager);
    order = new EpochOrder(data.images(), config.training().batch(), seed);
    store = new ParameterStore(manager, false);
  }

  @Override
  public Map<String, NDArray> parameters() {
    return prior.named();
  }

  @Override
  public boolean decays(String name, NDArray parameter) {
    return prior.decays(name, parameter);
  }

  @Override
  public StepLosses losses(TrainingStep step) {
    long[] places = data.choose(order.rows(step.batch()), step.random("view"));
    NDArray tokens = data.tokens(step.manager(), places);
    NDArray labels = Uploads.longs(dropClasses(step, places), step.manager());
    NDArray order = order(step, places.length);
    NDList inputs = new NDList(corrupted(step, tokens, places.length), labels);
    if (order != null) {
      inputs.add(order);
    }
    NDArray logits = prior.forward(store, inputs, true).singletonOrThrow();
    return StepLosses.of(CrossEntropy.mean(logits, prior.inOrder(tokens, order)));
  }

  /**
   * A permutation for each image, int64 {@code [batch, cells]}; null where all are in raster order.
   */
  private NDArray order(TrainingStep step, int images) {
    double probability = config.order().probability(step.index(), config.training().steps());
    if (probability == 0) {
      return null;
    }
    int cells = prior.config().cells();
    long[] orders = RandomOrder.draw(step.random("order"), probability, images, cells);
    return Uploads.longs(orders, new Shape(images, cells), step.manager());
  }

  /** The tokens as they are given, some of them wrong. */
  private NDArray corrupted(TrainingStep step, NDArray tokens, int images) {
    if (config.corruption() == 0) {
      return tokens;
    }
    SplittableRandom random = step.random("corruption");
    long[] keep = new long[images * prior.config().tokens()];
    long[] wrong = new long[keep.length];
    for (int i = 0; i < keep.length; i++) {
      boolean corrupt = random.nextDouble() < config.corruption();
      keep[i] = corrupt ? 0 : 1;
      wrong[i] = corrupt ? random.nextInt(prior.config().codebookSize()) : 0;
    }
    Shape shape = new Shape(images, prior.config().tokens());
    NDArray kept = tokens.mul(Uploads.longs(keep, shape, step.manager()));
    return kept.add(Uploads.longs(wrong, shape, step.manager()));
  }

  private long[] dropClasses(TrainingStep step, long[] places) {
    SplittableRandom random = step.random("class drop");
    long[] labels = new long[places.length];
    for (int i = 0; i < labels.length; i++) {
      boolean dropped = random.nextDouble() < config.classDrop();
      labels[i] = dropped ? prior.config().nullClass() : data.classAt(places[i]);
    }
    return labels;
  }

  /** Mean negative log likelihood of the tokens in raster order, in nats: {@code []}. */
  private NDArray crossEntropy(NDArray tokens, NDArray labels) {
    NDArray logits = prior.forward(store, new NDList(tokens, labels), false).singletonOrThrow();
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
        NDArray mean = crossEntropy(tokens.rows(batch, rows), Uploads.longs(labels, batch));
        sum += (double) mean.getFloat() * rows.length;
      }
    }
    return sum / tokens.rows();
  }
}
