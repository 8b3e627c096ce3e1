package io.github.ideal4j.tokenizer;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.training.FeatureCache;

/** How much pixels vary within an image: what a flat colour would miss. */
final class PixelVariance {

  private static final double HALF_RANGE = 127.5;

  private PixelVariance() {}

  /**
   * The mean over images of the variance of a channel around its mean in the image, for pixels of
   * -1 to 1.
   *
   * @param most evenly chosen images that are looked at
   */
  static double within(FeatureCache images, int most) {
    int count = Math.min(most, images.images());
    double total = 0;
    for (int i = 0; i < count; i++) {
      total += of(images.image((long) i * images.images() / count));
    }
    return Math.max(total / count, 1e-6);
  }

  static double of(RgbImage image) {
    byte[] pixels = image.pixels();
    double total = 0;
    int each = pixels.length / RgbImage.CHANNELS;
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      double sum = 0;
      double squares = 0;
      for (int i = channel; i < pixels.length; i += RgbImage.CHANNELS) {
        double value = (pixels[i] & 0xFF) / HALF_RANGE;
        sum += value;
        squares += value * value;
      }
      total += squares / each - sum / each * (sum / each);
    }
    return total / RgbImage.CHANNELS;
  }
}
