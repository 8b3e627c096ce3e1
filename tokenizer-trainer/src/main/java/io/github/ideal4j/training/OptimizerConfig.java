package io.github.ideal4j.training;

/**
 * AdamW with decoupled weight decay, its clipping and its learning rate.
 *
 * @param learningRate the peak rate
 * @param warmup steps of linear growth to the peak, at least 1 (which is no warm-up)
 * @param finalFraction the rate at the end of the cosine, as a part of the peak, in [0, 1]; 1 is a
 *     constant rate
 * @param beta1 decay of the gradient's average, in [0, 1)
 * @param beta2 decay of the squared gradient's average, in [0, 1)
 * @param epsilon added to the root of the corrected second moment
 * @param weightDecay decay of parameters with two or more axes
 * @param clipNorm largest norm of all gradients together; 0 does not clip
 * @param cosineAfterWarmup whether the rate starts at 0 and the cosine begins where the warm-up
 *     ends, as RAR's does
 * @param decayOn which parameters with two or more axes decay
 */
public record OptimizerConfig(
    double learningRate,
    int warmup,
    double finalFraction,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double clipNorm,
    boolean cosineAfterWarmup,
    DecayOn decayOn) {

  /** Which parameters with two or more axes decay. */
  public enum DecayOn {
    /** Weights of layers: not positions, tokens and codes, which are tables. */
    MATRICES,
    /** All of them, as in the releases of IDEAL and LlamaGen. */
    RELEASED
  }

  /** Checks every range. */
  public OptimizerConfig {
    require(learningRate > 0, "learningRate", learningRate, "above 0");
    require(warmup >= 1, "warmup", warmup, "at least 1 step");
    require(finalFraction >= 0 && finalFraction <= 1, "finalFraction", finalFraction, "in [0, 1]");
    require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "in [0, 1)");
    require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "in [0, 1)");
    require(epsilon > 0, "epsilon", epsilon, "above 0");
    require(weightDecay >= 0, "weightDecay", weightDecay, "at least 0");
    require(clipNorm >= 0, "clipNorm", clipNorm, "at least 0");
  }

  /**
   * The rate of one step: linear growth times a cosine that runs over all steps, warm-up included,
   * or one after the other.
   *
   * @param step counted from 0
   * @param steps how many there are; from there on the rate stays at its final value
   */
  public double rate(long step, long steps) {
    if (cosineAfterWarmup) {
      double done = (double) (Math.min(step, steps) - warmup) / Math.max(1, steps - warmup);
      return learningRate * (step < warmup ? step / (double) warmup : cosine(done));
    }
    double grown = Math.min(1, (step + 1) / (double) warmup);
    return learningRate * grown * cosine(Math.min(step, steps) / (double) steps);
  }

  /** From 1 to the final fraction, with the part of the way that is done. */
  private double cosine(double done) {
    return finalFraction + (1 - finalFraction) * 0.5 * (1 + Math.cos(Math.PI * done));
  }

  private static void require(boolean valid, String name, Number value, String range) {
    if (!valid) {
      throw new IllegalArgumentException("%s must be %s, got %s".formatted(name, range, value));
    }
  }
}
