package io.github.ideal4j.server;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;

/** PNG files of images and of token grids. */
final class Pictures {

  private static final int CELL = 16;

  /** The golden ratio's part after the point: neighbouring tokens get hues that are far apart. */
  private static final double STEP = 0.618033988749895;

  static {
    ImageIO.setUseCache(false); // it would be a folder for temporary files
  }

  private Pictures() {}

  /**
   * An image.
   *
   * @param pixels {@code uint8 [height, width, 3]}
   */
  static byte[] image(int width, int height, ByteBuffer pixels) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int at = pixels.position();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = pixels.get(at++) & 0xFF;
        int green = pixels.get(at++) & 0xFF;
        int blue = pixels.get(at++) & 0xFF;
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return png(image);
  }

  /** A square of one colour for each token; equal tokens have equal colours. */
  static byte[] grid(int rows, int columns, int[] tokens) {
    BufferedImage image =
        new BufferedImage(columns * CELL, rows * CELL, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < rows * CELL; y++) {
      for (int x = 0; x < columns * CELL; x++) {
        image.setRGB(x, y, colour(tokens[y / CELL * columns + x / CELL]));
      }
    }
    return png(image);
  }

  static int colour(int token) {
    double hue = token * STEP;
    float brightness = 0.55f + 0.1f * (token % 5);
    return Color.HSBtoRGB((float) (hue - Math.floor(hue)), 0.6f, brightness);
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written", e);
    }
    return out.toByteArray();
  }
}
