package io.github.ideal4j.image;

import java.util.Arrays;

/**
 * Resizes as Pillow's {@code Image.resize} does, to the byte: first the rows, rounded and clamped
 * to 8 bits, then the columns, both in 32-bit fixed point.
 *
 * <p>A pixel of the result is {@code (half + sum of weight * sample) >> PRECISION_BITS} over the
 * taps of {@link ResizeWeights}, whose weights add up to {@code 1 << PRECISION_BITS} but for their
 * rounding. Samples are {@code [height, width, 3]}, so that a row is one stretch of bytes: columns
 * are summed a whole row at a time, in the order in which they lie in memory.
 */
public final class Resize {

  private static final int HALF = 1 << (ResizeWeights.PRECISION_BITS - 1);
  private static final int CHANNELS = RgbImage.CHANNELS;

  private Resize() {}

  /**
   * An image of another size.
   *
   * @param image the source, left as it is
   * @param width columns of the result, at least 1
   * @param height rows of the result, at least 1
   * @return a new image, or the same one when the size is the same
   */
  public static RgbImage resize(RgbImage image, int width, int height, ResizeFilter filter) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "cannot resize to %d x %d: both sides must be at least 1".formatted(width, height));
    }
    ResizeWeights vertical = ResizeWeights.of(image.height(), height, filter);
    RgbImage result = image;
    int firstRow = 0;
    if (width != image.width()) {
      boolean allRows = height == image.height();
      firstRow = allRows ? 0 : vertical.first(0);
      int last = height - 1;
      int endRow = allRows ? image.height() : vertical.first(last) + vertical.count(last);
      result = rows(image, width, firstRow, endRow, filter);
    }
    return height == image.height() ? result : columns(result, height, vertical, firstRow);
  }

  /** Resizes the rows {@code firstRow} to {@code endRow}; the others are not needed. */
  private static RgbImage rows(
      RgbImage image, int width, int firstRow, int endRow, ResizeFilter filter) {
    ResizeWeights weights = ResizeWeights.of(image.width(), width, filter);
    byte[] source = image.pixels();
    byte[] target = new byte[Math.multiplyExact(Math.multiplyExact(width, endRow - firstRow), 3)];
    int out = 0;
    for (int y = firstRow; y < endRow; y++) {
      int row = y * image.width() * CHANNELS;
      for (int x = 0; x < width; x++) {
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        int in = row + weights.first(x) * CHANNELS;
        for (int tap = 0; tap < weights.count(x); tap++, in += CHANNELS) {
          int weight = weights.weight(x, tap);
          red += weight * (source[in] & 0xFF);
          green += weight * (source[in + 1] & 0xFF);
          blue += weight * (source[in + 2] & 0xFF);
        }
        target[out++] = clamp(red);
        target[out++] = clamp(green);
        target[out++] = clamp(blue);
      }
    }
    return new RgbImage(width, endRow - firstRow, target);
  }

  /** Resizes the columns of an image whose first row is {@code firstRow} of the source. */
  private static RgbImage columns(RgbImage image, int height, ResizeWeights weights, int firstRow) {
    int rowBytes = image.width() * CHANNELS;
    byte[] source = image.pixels();
    byte[] target = new byte[Math.multiplyExact(rowBytes, height)];
    int[] sums = new int[rowBytes];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      for (int tap = 0; tap < weights.count(y); tap++) {
        int weight = weights.weight(y, tap);
        int row = (weights.first(y) - firstRow + tap) * rowBytes;
        for (int x = 0; x < rowBytes; x++) {
          sums[x] += weight * (source[row + x] & 0xFF);
        }
      }
      for (int x = 0; x < rowBytes; x++) {
        target[y * rowBytes + x] = clamp(sums[x]);
      }
    }
    return new RgbImage(image.width(), height, target);
  }

  private static byte clamp(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> ResizeWeights.PRECISION_BITS));
  }
}
