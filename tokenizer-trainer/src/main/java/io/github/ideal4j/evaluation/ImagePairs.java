package io.github.ideal4j.evaluation;

import io.github.ideal4j.image.RgbImage;

/** What every comparison of two images asks first. */
final class ImagePairs {

  private ImagePairs() {}

  static void requireSameSize(RgbImage original, RgbImage other) {
    if (original.width() != other.width() || original.height() != other.height()) {
      throw new IllegalArgumentException(
          "cannot compare images of %d x %d and %d x %d"
              .formatted(original.width(), original.height(), other.width(), other.height()));
    }
  }

  static void requireSide(String metric, int smallest, RgbImage image) {
    if (Math.min(image.width(), image.height()) < smallest) {
      throw new IllegalArgumentException(
          "%s needs at least %d x %d pixels, got %d x %d"
              .formatted(metric, smallest, smallest, image.width(), image.height()));
    }
  }
}
