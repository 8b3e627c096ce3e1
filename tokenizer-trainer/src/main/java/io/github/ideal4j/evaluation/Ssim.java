package io.github.ideal4j.evaluation;

import io.github.ideal4j.image.RgbImage;

/**
 * Structural similarity (Wang et al. 2004) in the convention that tokenizer papers share: uniform 7
 * x 7 windows that lie wholly inside the image, sample covariance, K1 = 0.01, K2 = 0.03, mean over
 * windows and then over channels; the default of scikit-image with the full range of the pixels.
 * See {@link GaussianSsim} for the other convention.
 */
public final class Ssim {

  /** Smallest side an image may have. */
  public static final int WINDOW = 7;

  private static final int COUNT = WINDOW * WINDOW;
  private static final double TO_SAMPLE_COVARIANCE = COUNT / (COUNT - 1.0);
  private static final double C1 = Math.pow(0.01 * 255, 2);
  private static final double C2 = Math.pow(0.03 * 255, 2);

  private Ssim() {}

  /**
   * The similarity of two images: 1 for identical ones, can be negative.
   *
   * @throws IllegalArgumentException if the sizes differ or a side is below {@link #WINDOW}
   */
  public static double of(RgbImage original, RgbImage other) {
    ImagePairs.requireSameSize(original, other);
    ImagePairs.requireSide("SSIM", WINDOW, original);
    double sum = 0;
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      sum += channel(original, other, channel);
    }
    return sum / RgbImage.CHANNELS;
  }

  // Sums are integers, so that windows can slide without losing a digit.
  private static double channel(RgbImage a, RgbImage b, int channel) {
    int width = a.width();
    int[][] columns = new int[5][width];
    double total = 0;
    for (int y = 0; y < a.height(); y++) {
      for (int x = 0; x < width; x++) {
        count(columns, x, a.sample(x, y, channel), b.sample(x, y, channel), 1);
        if (y >= WINDOW) {
          int old = y - WINDOW;
          count(columns, x, a.sample(x, old, channel), b.sample(x, old, channel), -1);
        }
      }
      if (y >= WINDOW - 1) {
        total += row(columns, width);
      }
    }
    return total / ((long) (width - WINDOW + 1) * (a.height() - WINDOW + 1));
  }

  private static void count(int[][] columns, int x, int p, int q, int sign) {
    columns[0][x] += sign * p;
    columns[1][x] += sign * q;
    columns[2][x] += sign * p * p;
    columns[3][x] += sign * q * q;
    columns[4][x] += sign * p * q;
  }

  private static double row(int[][] columns, int width) {
    int[] sums = new int[columns.length];
    double total = 0;
    for (int x = 0; x < width; x++) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += columns[i][x] - (x >= WINDOW ? columns[i][x - WINDOW] : 0);
      }
      if (x >= WINDOW - 1) {
        total += window(sums);
      }
    }
    return total;
  }

  /** One window, from the sums of p, q, p*p, q*q and p*q over its pixels. */
  private static double window(int[] sums) {
    double meanP = (double) sums[0] / COUNT;
    double meanQ = (double) sums[1] / COUNT;
    double varianceP = TO_SAMPLE_COVARIANCE * ((double) sums[2] / COUNT - meanP * meanP);
    double varianceQ = TO_SAMPLE_COVARIANCE * ((double) sums[3] / COUNT - meanQ * meanQ);
    double covariance = TO_SAMPLE_COVARIANCE * ((double) sums[4] / COUNT - meanP * meanQ);
    return ((2 * meanP * meanQ + C1) * (2 * covariance + C2))
        / ((meanP * meanP + meanQ * meanQ + C1) * (varianceP + varianceQ + C2));
  }
}
