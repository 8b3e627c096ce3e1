package io.github.ideal4j.evaluation;

import io.github.ideal4j.image.RgbImage;
import java.util.Random;

/** Uniform noise of -24 to 24 levels, which other languages can repeat to the byte. */
final class PixelNoise {

  private static final int REACH = 24;

  private PixelNoise() {}

  /** One draw of {@code java.util.Random} a byte, in order of row, column, channel. */
  static RgbImage add(RgbImage image, long seed) {
    Random random = new Random(seed);
    byte[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      int value = (pixels[i] & 0xFF) + random.nextInt(2 * REACH + 1) - REACH;
      pixels[i] = (byte) Math.max(0, Math.min(255, value));
    }
    return new RgbImage(image.width(), image.height(), pixels);
  }
}
