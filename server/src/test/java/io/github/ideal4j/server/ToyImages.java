package io.github.ideal4j.server;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.server.trial.ToyBundle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Images of the toy bundle's size, and their tokens. */
final class ToyImages {

  private ToyImages() {}

  static RgbImage of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] pixels = new byte[ToyBundle.SIZE * ToyBundle.SIZE * 3];
    for (int y = 0; y < ToyBundle.SIZE; y++) {
      for (int x = 0; x < ToyBundle.SIZE; x++) {
        long cell = seed * 31 + y / 8 * 4L + x / 8;
        int level = new SplittableRandom(cell).nextInt(200);
        int at = (y * ToyBundle.SIZE + x) * 3;
        pixels[at] = (byte) (level + random.nextInt(50));
        pixels[at + 1] = (byte) random.nextInt(256);
        pixels[at + 2] = (byte) level;
      }
    }
    return new RgbImage(ToyBundle.SIZE, ToyBundle.SIZE, pixels);
  }

  /** What the encoder must find. */
  static int[] tokens(RgbImage image) {
    int[] tokens = new int[16];
    for (int i = 0; i < tokens.length; i++) {
      int sum = 0;
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++) {
          sum += image.sample(i % 4 * 8 + x, i / 4 * 8 + y, 0);
        }
      }
      tokens[i] = sum / 64 / 16;
    }
    return tokens;
  }

  static byte[] png(RgbImage image) throws IOException {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        picture.setRGB(
            x, y, image.sample(x, y, 0) << 16 | image.sample(x, y, 1) << 8 | image.sample(x, y, 2));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", out);
    return out.toByteArray();
  }
}
