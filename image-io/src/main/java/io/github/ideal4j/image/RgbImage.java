package io.github.ideal4j.image;

import java.util.Arrays;

/**
 * An 8-bit RGB image.
 *
 * <p>The array is not copied, neither here nor by the accessor: whoever passes it on gives it away,
 * and nobody writes to the pixels of an image that others can see.
 *
 * @param width columns, at least 1
 * @param height rows, at least 1
 * @param pixels {@code uint8 [height, width, 3]}, red first, row by row from the top
 */
@SuppressWarnings(
    "ArrayRecordComponent") // equality is by content, and a copy would cost what decoding costs
public record RgbImage(int width, int height, byte[] pixels) {

  /** Bytes of one pixel. */
  public static final int CHANNELS = 3;

  public RgbImage {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "an image has at least one pixel, got %d x %d".formatted(width, height));
    }
    long expected = (long) width * height * CHANNELS;
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "an RGB image of %d x %d has %d bytes, got %d"
              .formatted(width, height, expected, pixels.length));
    }
  }

  /** The sample at a place, 0 to 255. */
  public int sample(int x, int y, int channel) {
    return pixels[(y * width + x) * CHANNELS + channel] & 0xFF;
  }

  /** The same image mirrored left to right. */
  public RgbImage mirrored() {
    byte[] mirrored = new byte[pixels.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = (y * width + x) * CHANNELS;
        int to = (y * width + width - 1 - x) * CHANNELS;
        System.arraycopy(pixels, from, mirrored, to, CHANNELS);
      }
    }
    return new RgbImage(width, height, mirrored);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RgbImage that
        && width == that.width
        && height == that.height
        && Arrays.equals(pixels, that.pixels);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(pixels);
  }

  @Override
  public String toString() {
    return "RgbImage[%d x %d]".formatted(width, height);
  }
}
