package io.github.ideal4j.cost;

/**
 * What one part of a model costs.
 *
 * @param name of it, for people
 * @param kind whether and how it learns
 * @param parameters numbers that it holds
 * @param products multiply-accumulate pairs of matrix products and convolutions, in one pass of one
 *     image; what is done number by number is left out
 * @param passes what a training step does with an image, in forward passes: 3 for what learns, as
 *     the gradients of inputs and of weights cost a pass each
 * @param numbers that all passes of a step leave in memory for each image
 */
public record ModelPart(
    String name, Kind kind, long parameters, double products, double passes, double numbers) {

  private static final int FLOAT = Float.BYTES;

  /** Whether and how numbers learn. */
  public enum Kind {
    /** By gradient, with AdamW and an average of the weights. */
    TRAINED(1, 1, 2, 1),
    /** As moving averages, which are averaged once more. */
    FOLLOWING(1, 0, 0, 1),
    /** By gradient against the others; its optimizer is averaged like its weights. */
    JUDGING(1, 1, 2, 3),
    /** Not at all. */
    FROZEN(1, 0, 0, 0);

    private final int weights;
    private final int gradients;
    private final int optimizer;
    private final int averages;

    Kind(int weights, int gradients, int optimizer, int averages) {
      this.weights = weights;
      this.gradients = gradients;
      this.optimizer = optimizer;
      this.averages = averages;
    }
  }

  double weightBytes() {
    return (double) FLOAT * kind.weights * parameters;
  }

  double gradientBytes() {
    return (double) FLOAT * kind.gradients * parameters;
  }

  double optimizerBytes() {
    return (double) FLOAT * kind.optimizer * parameters;
  }

  double averageBytes() {
    return (double) FLOAT * kind.averages * parameters;
  }
}
