package io.github.ideal4j.evaluation;

import io.github.ideal4j.image.RgbImage;

/** Peak signal-to-noise ratio, in decibels. */
public final class Psnr {

  private static final double PEAK = 255;

  private Psnr() {}

  /**
   * {@code 10 log10(255^2 / MSE)}, the error averaged over all pixels and channels. The value of a
   * set of images is the mean of their values, not the ratio of their mean error.
   *
   * @return positive infinity for identical images
   * @throws IllegalArgumentException if the sizes differ
   */
  public static double of(RgbImage original, RgbImage other) {
    return ofMeanSquare(meanSquare(original, other));
  }

  /**
   * The squared error averaged over all pixels and channels, 0 to 65,025.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  public static double meanSquare(RgbImage original, RgbImage other) {
    ImagePairs.requireSameSize(original, other);
    byte[] a = original.pixels();
    byte[] b = other.pixels();
    long squares = 0;
    for (int i = 0; i < a.length; i++) {
      int difference = (a[i] & 0xFF) - (b[i] & 0xFF);
      squares += (long) difference * difference;
    }
    return (double) squares / a.length;
  }

  /** The ratio that belongs to a mean squared error of pixels from 0 to 255. */
  public static double ofMeanSquare(double meanSquare) {
    return 10 * Math.log10(PEAK * PEAK / meanSquare);
  }
}
