package io.github.ideal4j.evaluation;

import io.github.ideal4j.image.RgbImage;

/**
 * One channel of an image, or something computed of it.
 *
 * @param width columns
 * @param height rows
 * @param values {@code [height, width]}; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a step of a computation, never compared
record Plane(int width, int height, double[] values) {

  static Plane of(RgbImage image, int channel) {
    Plane plane = new Plane(image.width(), image.height());
    for (int i = 0; i < plane.values.length; i++) {
      plane.values[i] = image.pixels()[i * RgbImage.CHANNELS + channel] & 0xFF;
    }
    return plane;
  }

  Plane(int width, int height) {
    this(width, height, new double[width * height]);
  }

  double at(int x, int y) {
    return values[y * width + x];
  }

  Plane times(Plane other) {
    Plane product = new Plane(width, height);
    for (int i = 0; i < values.length; i++) {
      product.values[i] = values[i] * other.values[i];
    }
    return product;
  }
}
