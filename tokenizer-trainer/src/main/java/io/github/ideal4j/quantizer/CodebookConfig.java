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

  private static final int MOST_CODES = 1 << 16;

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
    if (size > MOST_CODES) {
      throw new IllegalArgumentException(
          "codebook.size may be at most %d, the largest that 16 bits name, got %d"
              .formatted(MOST_CODES, size));
    }
    if (!(decay >= 0 && decay < 1) || !(entropyTemperature > 0 && finite(entropyTemperature))) {
      throw new IllegalArgumentException(
          "codebook.decay must be in [0, 1) and entropyTemperature above 0, got %s and %s"
              .formatted(decay, entropyTemperature));
    }
    if (!finite(commitment) || !finite(entropyWeight)) {
      throw new IllegalArgumentException(
          "codebook.commitment and entropyWeight must be numbers of at least 0, got %s and %s"
              .formatted(commitment, entropyWeight));
    }
    if (kmeansIterations < 0 || restartEvery < 0 || !(restartBelow >= 0 && restartBelow <= 1)) {
      throw new IllegalArgumentException(
          "codebook.kmeansIterations and restartEvery must be at least 0 and restartBelow in [0, 1], got %d, %d and %s"
              .formatted(kmeansIterations, restartEvery, restartBelow));
    }
  }

  private static boolean finite(double value) {
    return value >= 0 && Double.isFinite(value);
  }
}
