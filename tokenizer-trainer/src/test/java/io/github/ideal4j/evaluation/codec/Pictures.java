package io.github.ideal4j.evaluation.codec;

import io.github.ideal4j.image.RgbImage;

/** Made-up pictures, smooth as photographs are. */
public final class Pictures {

  private Pictures() {}

  /** Coloured waves; another number, another picture. */
  public static RgbImage waves(int width, int height, int number) {
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i % 3;
      int x = i / 3 % width;
      int y = i / 3 / width;
      double wave =
          Math.sin(x * 0.07 * (number + channel)) + Math.cos(y * 0.05 * (number + 1) + channel);
      pixels[i] = (byte) Math.round(128 + 60 * wave);
    }
    return new RgbImage(width, height, pixels);
  }

  /** The mean absolute difference. */
  static double distance(RgbImage a, RgbImage b) {
    double sum = 0;
    for (int i = 0; i < a.pixels().length; i++) {
      sum += Math.abs((a.pixels()[i] & 0xFF) - (b.pixels()[i] & 0xFF));
    }
    return sum / a.pixels().length;
  }

  /** The largest difference, in levels. */
  public static int largestDifference(RgbImage a, RgbImage b) {
    int largest = 0;
    for (int i = 0; i < a.pixels().length; i++) {
      largest = Math.max(largest, Math.abs((a.pixels()[i] & 0xFF) - (b.pixels()[i] & 0xFF)));
    }
    return largest;
  }
}
