package io.github.ideal4j.golden;

import io.github.ideal4j.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small pictures: a disc of one colour on a slope of another. */
public final class TinyPhotographs {

  private TinyPhotographs() {}

  /** So many pictures, which follow from a seed. */
  public static List<RgbImage> of(int count, int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<RgbImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(picture(size, random));
    }
    return images;
  }

  private static RgbImage picture(int size, SplittableRandom random) {
    double x = size * random.nextDouble();
    double y = size * random.nextDouble();
    double radius = size * (0.2 + 0.2 * random.nextDouble());
    int[] disc = random.ints(3, 0, 256).toArray();
    int[] ground = random.ints(3, 0, 256).toArray();
    byte[] pixels = new byte[size * size * RgbImage.CHANNELS];
    for (int p = 0; p < size * size; p++) {
      int column = p % size;
      int row = p / size;
      boolean inside = Math.hypot(column - x, row - y) < radius;
      for (int c = 0; c < RgbImage.CHANNELS; c++) {
        int value = inside ? disc[c] : ground[c] * column / size;
        pixels[RgbImage.CHANNELS * p + c] = (byte) value;
      }
    }
    return new RgbImage(size, size, pixels);
  }
}
