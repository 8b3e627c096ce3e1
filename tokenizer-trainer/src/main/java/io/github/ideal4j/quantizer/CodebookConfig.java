package io.github.ideal4j.quantizer;

/**
 * A codebook and how it learns.
 *
 * @param size codes
 * @param dim length of a code
 * @param learning how codes move
 * @param commitment weight of the loss that draws vectors to their codes
 * @param entropyWeight of the loss that wants sure choices and even use; 0 leaves it out
 * @param entropyTemperature of the softmax behind it
 * @param decay of the moving averages; only for {@link Learning#AVERAGE}
 * @param kmeansIterations of the start from data; 0 starts from chance
 * @param restartEvery steps between two looks for dead codes; 0 never looks
 * @param restartBelow a code is dead if it is used less than this share of the mean
 */
public record CodebookConfig(
    int size,
    int dim,
    Learning learning,
    double commitment,
    double entropyWeight,
    double entropyTemperature,
    double decay,
    int kmeansIterations,
    int restartEvery,
    double restartBelow) {

  /** How codes move. */
  public enum Learning {
    /** By the gradient of a codebook loss, as in the paper. */
    GRADIENT,
    /** As moving averages of the vectors that chose them; better at small scale. */
    AVERAGE
  }

  public CodebookConfig {
    if (size < 2 || dim < 1) {
      throw new IllegalArgumentException(
          "a codebook needs at least 2 codes of length 1, got %d of %d".formatted(size, dim));
    }
    if (!(decay >= 0 && decay < 1) || !(entropyTemperature > 0)) {
      throw new IllegalArgumentException(
          "codebook.decay must be in [0, 1) and entropyTemperature above 0, got %s and %s"
              .formatted(decay, entropyTemperature));
    }
    if (commitment < 0 || entropyWeight < 0 || kmeansIterations < 0 || restartEvery < 0) {
      throw new IllegalArgumentException("no value of a codebook may be negative");
    }
  }
}
