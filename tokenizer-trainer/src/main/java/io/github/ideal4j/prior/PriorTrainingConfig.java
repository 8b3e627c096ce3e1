package io.github.ideal4j.prior;

import io.github.ideal4j.training.Presets;
import io.github.ideal4j.training.TrainingConfig;

/**
 * Everything that decides how a prior is trained.
 *
 * @param model its shape
 * @param data sizes that follow from the token files; {@link PriorData#UNKNOWN} in presets
 * @param dropout probability at the embeddings and both branches of every layer
 * @param classDrop probability that a row is trained without its class, which guidance needs
 * @param order in which tokens are predicted
 * @param corruption probability that a token is given as another one, drawn evenly, while the right
 *     one stays the target: a prior that has seen mistakes goes on better after its own
 * @param training how long and in which rhythm
 */
public record PriorTrainingConfig(
    PriorArchitecture model,
    PriorData data,
    double dropout,
    double classDrop,
    RandomOrder order,
    double corruption,
    TrainingConfig training) {

  /** The presets: two for the CPU, then the sizes of the LlamaGen and RAR releases. */
  public static final Presets<PriorTrainingConfig> PRESETS =
      Presets.of(
          "prior",
          PriorTrainingConfig.class,
          "tiny",
          "tiny-long",
          "b",
          "l",
          "xxl",
          "3b",
          "rar-b",
          "rar-l",
          "rar-xl",
          "rar-xxl");

  /** Checks the probabilities. */
  public PriorTrainingConfig {
    probability("dropout", dropout);
    probability("classDrop", classDrop);
    probability("corruption", corruption);
    if (order.everPermutes() && !model.takesOrders()) {
      throw new IllegalArgumentException(
          "order.rasterFrom %s needs model.targetPositions=true, or model.kind=rar"
              .formatted(order.rasterFrom()));
    }
  }

  /** The same training on data of these sizes. */
  public PriorTrainingConfig withData(PriorData newData) {
    return new PriorTrainingConfig(model, newData, dropout, classDrop, order, corruption, training);
  }

  /**
   * The shape of the model.
   *
   * @throws IllegalArgumentException if the sizes of the data are not known yet
   */
  public PriorConfig prior() {
    return model.on(data);
  }

  private static void probability(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException("%s must be in [0, 1), got %s".formatted(name, value));
    }
  }
}
