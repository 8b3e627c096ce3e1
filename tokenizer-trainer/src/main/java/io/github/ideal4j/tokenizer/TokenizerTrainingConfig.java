package io.github.ideal4j.tokenizer;

import io.github.ideal4j.adversarial.AdversarialConfig;
import io.github.ideal4j.training.Presets;
import io.github.ideal4j.training.TrainingConfig;

/**
 * Everything that decides how a tokenizer is trained.
 *
 * @param model its shape
 * @param backbone what the features come from
 * @param loss weights of the losses
 * @param data how photographs are used
 * @param training how long and in which rhythm
 * @param adversarial the discriminator, if there is one
 */
public record TokenizerTrainingConfig(
    TokenizerConfig model,
    Backbone backbone,
    LossWeights loss,
    Data data,
    TrainingConfig training,
    AdversarialConfig adversarial) {

  /** The presets, from two CPU cores to the paper. */
  public static final Presets<TokenizerTrainingConfig> PRESETS =
      Presets.of(
          "tokenizer", TokenizerTrainingConfig.class, "tiny", "small", "ideal-256", "ideal-384");

  /**
   * What the features come from.
   *
   * @param inputSize side of the images that the backbone is given
   * @param shallowLayer block of the shallow tokens, counted from 1
   * @param deepLayer block of the deep tokens
   */
  public record Backbone(int inputSize, int shallowLayer, int deepLayer) {}

  /**
   * How photographs are used.
   *
   * @param mirror whether mirrored photographs are shown too, by a coin for each
   * @param standardizeFrom photographs from which mean and deviation of features are taken
   * @param validateOn most photographs that a validation looks at
   * @param standardize whether features are brought to mean 0 and deviation 1, channel by channel
   * @param cacheFeatures whether features are computed once and kept on the disk; else photographs
   *     are read, and their features computed, in every step
   * @param smallestCrop part of the shorter side that a crop shows at least, in (0, 1]; below 1
   *     crops move, and features cannot be cached
   */
  public record Data(
      boolean mirror,
      int standardizeFrom,
      int validateOn,
      boolean standardize,
      boolean cacheFeatures,
      double smallestCrop) {

    public Data {
      if (!(smallestCrop > 0 && smallestCrop <= 1) || (cacheFeatures && smallestCrop < 1)) {
        throw new IllegalArgumentException(
            "data.smallestCrop must be in (0, 1], and 1 unless data.cacheFeatures=false; got %s"
                .formatted(smallestCrop));
      }
      if (standardizeFrom < 2 || validateOn < 1) {
        throw new IllegalArgumentException(
            "data.standardizeFrom must be at least 2 and data.validateOn 1, got %d and %d"
                .formatted(standardizeFrom, validateOn));
      }
    }
  }

  /** The same with other uses of photographs. */
  public TokenizerTrainingConfig withData(Data newData) {
    return new TokenizerTrainingConfig(model, backbone, loss, newData, training, adversarial);
  }
}
