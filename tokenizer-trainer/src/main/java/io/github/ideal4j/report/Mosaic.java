package io.github.ideal4j.report;

import io.github.ideal4j.image.RgbImage;
import java.util.Arrays;
import java.util.List;

/** Small images of one size in rows, as one image without gaps. */
final class Mosaic {

  private static final byte PAPER = (byte) 0xFF;

  private Mosaic() {}

  /**
   * Lays images side by side; places that are left over are white.
   *
   * @param images at least one
   * @param columns in a row
   */
  static RgbImage of(List<RgbImage> images, int columns) {
    RgbImage first = images.get(0);
    int rows = (images.size() + columns - 1) / columns;
    int width = columns * first.width();
    byte[] pixels = new byte[width * rows * first.height() * RgbImage.CHANNELS];
    Arrays.fill(pixels, PAPER);
    int line = first.width() * RgbImage.CHANNELS;
    for (int i = 0; i < images.size(); i++) {
      RgbImage image = images.get(i);
      if (image.width() != first.width() || image.height() != first.height()) {
        throw new IllegalArgumentException(
            "a mosaic of %d x %d images cannot hold one of %d x %d"
                .formatted(first.width(), first.height(), image.width(), image.height()));
      }
      for (int y = 0; y < first.height(); y++) {
        int to = (i / columns * first.height() + y) * width + i % columns * first.width();
        System.arraycopy(image.pixels(), y * line, pixels, to * RgbImage.CHANNELS, line);
      }
    }
    return new RgbImage(width, rows * first.height(), pixels);
  }

  /** A part of an image; what lies outside repeats the border. */
  static RgbImage cut(RgbImage image, int left, int top, int width, int height) {
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    for (int y = 0; y < height; y++) {
      int fromY = Math.max(0, Math.min(image.height() - 1, top + y));
      for (int x = 0; x < width; x++) {
        int fromX = Math.max(0, Math.min(image.width() - 1, left + x));
        for (int c = 0; c < RgbImage.CHANNELS; c++) {
          pixels[(y * width + x) * RgbImage.CHANNELS + c] = (byte) image.sample(fromX, fromY, c);
        }
      }
    }
    return new RgbImage(width, height, pixels);
  }
}
