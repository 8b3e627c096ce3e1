package io.github.ideal4j.image;

/** Cuts the middle square out of a photograph, at the size a model wants. */
public final class CenterCrop {

  private CenterCrop() {}

  /**
   * The crop that image generation papers use since ADM (Dhariwal and Nichol 2021): halve with a
   * box filter while the shorter side is at least twice the size, resize it to the size with the
   * bicubic filter, and cut the middle.
   *
   * @param image any size, also smaller than the result
   * @param size side of the result, at least 1
   * @return a {@code size x size} image; the same one when it has that size already
   */
  public static RgbImage adm(RgbImage image, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("cannot crop to %d pixels: at least 1".formatted(size));
    }
    RgbImage current = image;
    while (Math.min(current.width(), current.height()) >= 2L * size) {
      current = Resize.resize(current, current.width() / 2, current.height() / 2, ResizeFilter.BOX);
    }
    double factor = (double) size / Math.min(current.width(), current.height());
    // Math.rint rounds halves to even, as Python's round does.
    int width = (int) Math.rint(current.width() * factor);
    int height = (int) Math.rint(current.height() * factor);
    current = Resize.resize(current, width, height, ResizeFilter.BICUBIC);
    return cut(current, (width - size) / 2, (height - size) / 2, size, size);
  }

  /** The part of an image with its upper left corner at {@code left, top}. */
  static RgbImage cut(RgbImage image, int left, int top, int width, int height) {
    if (width == image.width() && height == image.height()) {
      return image;
    }
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    int rowBytes = width * RgbImage.CHANNELS;
    for (int y = 0; y < height; y++) {
      int from = ((top + y) * image.width() + left) * RgbImage.CHANNELS;
      System.arraycopy(image.pixels(), from, pixels, y * rowBytes, rowBytes);
    }
    return new RgbImage(width, height, pixels);
  }
}
