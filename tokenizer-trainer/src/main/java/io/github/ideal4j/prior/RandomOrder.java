package io.github.ideal4j.prior;

import java.util.SplittableRandom;

/**
 * Training on permuted tokens that ends in raster order (RAR, arXiv 2411.00776, section 3.2): an
 * image is permuted with a probability that is 1 at first, falls linearly, and is 0 at the end.
 *
 * @param randomUntil part of the training after which the probability begins to fall, in [0, 1]
 * @param rasterFrom part of the training from which on it is 0, in [randomUntil, 1]; 0 for raster
 *     order throughout
 */
public record RandomOrder(double randomUntil, double rasterFrom) {

  /** Raster order throughout. */
  public static final RandomOrder NONE = new RandomOrder(0, 0);

  /** Checks the ranges. */
  public RandomOrder {
    if (!(randomUntil >= 0 && randomUntil <= rasterFrom && rasterFrom <= 1)) {
      throw new IllegalArgumentException(
          "0 <= randomUntil <= rasterFrom <= 1 must hold, got %s and %s"
              .formatted(randomUntil, rasterFrom));
    }
  }

  /** Whether any image is ever permuted. */
  public boolean everPermutes() {
    return rasterFrom > 0;
  }

  /**
   * The probability that an image is permuted.
   *
   * @param step finished updates, from 0
   * @param steps of the whole training
   */
  public double probability(long step, long steps) {
    long start = Math.round(randomUntil * steps);
    long end = Math.round(rasterFrom * steps);
    if (!everPermutes() || step > end) {
      return 0;
    } else if (step < start || start == end) {
      return 1;
    }
    return 1 - (double) (step - start) / (end - start);
  }

  /**
   * Orders of a batch.
   *
   * @param probability that an image is permuted
   * @return raster indices in the order of prediction, {@code [images * cells]}
   */
  static long[] draw(SplittableRandom random, double probability, int images, int cells) {
    long[] orders = new long[images * cells];
    for (int image = 0; image < images; image++) {
      boolean permuted = random.nextDouble() < probability;
      for (int i = 0; i < cells; i++) {
        int j = permuted ? random.nextInt(i + 1) : i;
        orders[image * cells + i] = orders[image * cells + j];
        orders[image * cells + j] = i;
      }
    }
    return orders;
  }
}
