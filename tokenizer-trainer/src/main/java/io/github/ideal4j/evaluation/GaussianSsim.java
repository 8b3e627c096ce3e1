package io.github.ideal4j.evaluation;

import io.github.ideal4j.image.RgbImage;

/**
 * Structural similarity as Wang et al. 2004 define it and most image-quality papers compute it:
 * Gaussian 11 x 11 windows of sigma 1.5 that lie wholly inside the image, population covariance, K1
 * = 0.01, K2 = 0.03, mean over windows and then over channels. Tokenizer papers mean the other
 * convention, {@link Ssim}; the two differ by up to 0.07 an image.
 */
public final class GaussianSsim {

  /** Smallest side an image may have. */
  public static final int WINDOW = 11;

  private static final double SIGMA = 1.5;
  private static final double C1 = Math.pow(0.01 * 255, 2);
  private static final double C2 = Math.pow(0.03 * 255, 2);
  private static final double[] WEIGHTS = weights();

  private GaussianSsim() {}

  private static double[] weights() {
    double[] weights = new double[WINDOW];
    double sum = 0;
    for (int i = 0; i < WINDOW; i++) {
      double offset = i - WINDOW / 2;
      weights[i] = Math.exp(-offset * offset / (2 * SIGMA * SIGMA));
      sum += weights[i];
    }
    for (int i = 0; i < WINDOW; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /**
   * The similarity of two images: 1 for identical ones, can be negative.
   *
   * @throws IllegalArgumentException if the sizes differ or a side is below {@link #WINDOW}
   */
  public static double of(RgbImage original, RgbImage other) {
    ImagePairs.requireSameSize(original, other);
    ImagePairs.requireSide("SSIM with a Gaussian window", WINDOW, original);
    double sum = 0;
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      sum += of(Plane.of(original, channel), Plane.of(other, channel)).similarity();
    }
    return sum / RgbImage.CHANNELS;
  }

  /**
   * Means over the windows of a channel.
   *
   * @param similarity of luminance, contrast and structure
   * @param contrastStructure of contrast and structure alone
   */
  record Terms(double similarity, double contrastStructure) {}

  static Terms of(Plane a, Plane b) {
    Plane meanA = windows(a);
    Plane meanB = windows(b);
    Plane squareA = windows(a.times(a));
    Plane squareB = windows(b.times(b));
    Plane product = windows(a.times(b));
    double similarity = 0;
    double contrastStructure = 0;
    int count = meanA.values().length;
    for (int i = 0; i < count; i++) {
      double p = meanA.values()[i];
      double q = meanB.values()[i];
      double varianceP = squareA.values()[i] - p * p;
      double varianceQ = squareB.values()[i] - q * q;
      double covariance = product.values()[i] - p * q;
      double term = (2 * covariance + C2) / (varianceP + varianceQ + C2);
      contrastStructure += term;
      similarity += term * (2 * p * q + C1) / (p * p + q * q + C1);
    }
    return new Terms(similarity / count, contrastStructure / count);
  }

  /** Weighted means over all windows, {@code [height - 10, width - 10]}. */
  private static Plane windows(Plane plane) {
    Plane rows = new Plane(plane.width() - WINDOW + 1, plane.height());
    for (int y = 0; y < rows.height(); y++) {
      for (int x = 0; x < rows.width(); x++) {
        double sum = 0;
        for (int k = 0; k < WINDOW; k++) {
          sum += WEIGHTS[k] * plane.at(x + k, y);
        }
        rows.values()[y * rows.width() + x] = sum;
      }
    }
    Plane both = new Plane(rows.width(), plane.height() - WINDOW + 1);
    for (int y = 0; y < both.height(); y++) {
      for (int k = 0; k < WINDOW; k++) {
        for (int x = 0; x < both.width(); x++) {
          both.values()[y * both.width() + x] += WEIGHTS[k] * rows.at(x, y + k);
        }
      }
    }
    return both;
  }
}
