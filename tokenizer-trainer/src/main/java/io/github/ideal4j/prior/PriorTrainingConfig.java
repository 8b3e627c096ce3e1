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
 * @param training how long and in which rhythm
 */
public record PriorTrainingConfig(
    PriorArchitecture model,
    PriorData data,
    double dropout,
    double classDrop,
    TrainingConfig training) {

  /** The presets: two for the CPU, then the sizes of the LlamaGen release. */
  public static final Presets<PriorTrainingConfig> PRESETS =
      Presets.of("prior", PriorTrainingConfig.class, "tiny", "tiny-long", "b", "l", "xxl", "3b");

  /** Checks the probabilities. */
  public PriorTrainingConfig {
    probability("dropout", dropout);
    probability("classDrop", classDrop);
  }

  /** The same training on data of these sizes. */
  public PriorTrainingConfig withData(PriorData newData) {
    return new PriorTrainingConfig(model, newData, dropout, classDrop, training);
  }

  /** The same on another schedule. */
  public PriorTrainingConfig withTraining(TrainingConfig newTraining) {
    return new PriorTrainingConfig(model, data, dropout, classDrop, newTraining);
  }

  /**
   * The shape of the model.
   *
   * @throws IllegalArgumentException if the sizes of the data are not known yet
   */
  public GptPriorConfig gpt() {
    return model.on(data);
  }

  private static void probability(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException("%s must be in [0, 1), got %s".formatted(name, value));
    }
  }
}
