package io.github.ideal4j.image;

import java.util.SplittableRandom;

/** Cuts a square out of a photograph by chance, for training. */
public final class RandomCrop {

  private RandomCrop() {}

  /**
   * The augmentation of ADM (Dhariwal and Nichol 2021): the shorter side is resized to a length
   * drawn between {@code size} and {@code size / smallest}, and a square is cut anywhere.
   *
   * @param image any size, also smaller than the result
   * @param size side of the result, at least 1
   * @param smallest part of the shorter side that is kept at least, in (0, 1]
   * @param random decides; equal generators give equal crops
   * @return a {@code size x size} image
   */
  public static RgbImage adm(RgbImage image, int size, double smallest, SplittableRandom random) {
    if (size < 1 || !(smallest > 0 && smallest <= 1)) {
      throw new IllegalArgumentException(
          "cannot crop to %d pixels that show at least %s: at least 1, and a part in (0, 1]"
              .formatted(size, smallest));
    }
    int side = random.nextInt(size, (int) Math.ceil(size / smallest) + 1);
    RgbImage current = image;
    while (Math.min(current.width(), current.height()) >= 2L * side) {
      current = Resize.resize(current, current.width() / 2, current.height() / 2, ResizeFilter.BOX);
    }
    double factor = (double) side / Math.min(current.width(), current.height());
    int width = (int) Math.rint(current.width() * factor);
    int height = (int) Math.rint(current.height() * factor);
    current = Resize.resize(current, width, height, ResizeFilter.BICUBIC);
    int top = random.nextInt(height - size + 1);
    int left = random.nextInt(width - size + 1);
    return CenterCrop.cut(current, left, top, size, size);
  }
}
