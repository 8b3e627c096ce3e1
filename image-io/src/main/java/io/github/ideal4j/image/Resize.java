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
    if (height == image.height()) {
      return result;
    }
    boolean halves = filter == ResizeFilter.BOX && image.height() == 2 * height;
    return columns(result, height, vertical, firstRow, halves);
  }

  /** Resizes the rows {@code firstRow} to {@code endRow}; the others are not needed. */
  private static RgbImage rows(
      RgbImage image, int width, int firstRow, int endRow, ResizeFilter filter) {
    int from = image.width();
    int rowCount = endRow - firstRow;
    byte[] target = new byte[Math.multiplyExact(Math.multiplyExact(width, rowCount), CHANNELS)];
    if (filter == ResizeFilter.BOX && from == 2 * width) {
      halveRows(image.pixels(), firstRow * from * CHANNELS, target);
      return new RgbImage(width, rowCount, target);
    }
    ResizeWeights weights = ResizeWeights.of(from, width, filter);
    long[] redAndGreen = new long[from];
    int[] blue = new int[from];
    for (int y = 0; y < rowCount; y++) {
      unpack(image.pixels(), (firstRow + y) * from * CHANNELS, redAndGreen, blue);
      row(redAndGreen, blue, weights, target, y * width * CHANNELS, width);
    }
    return new RgbImage(width, rowCount, target);
  }

  /** A row as its red and green samples in the lower and upper half of a number, and the blue. */
  private static void unpack(byte[] source, int start, long[] redAndGreen, int[] blue) {
    int in = start;
    for (int x = 0; x < blue.length; x++) {
      redAndGreen[x] = (source[in] & 0xFF) | (source[in + 1] & 0xFFL) << 32;
      blue[x] = source[in + 2] & 0xFF;
      in += CHANNELS;
    }
  }

  /** One multiplication sums red and green, which do not leave 32 bits. */
  private static void row(
      long[] redAndGreen, int[] blue, ResizeWeights weights, byte[] target, int start, int width) {
    int out = start;
    for (int x = 0; x < width; x++) {
      long two = HALF | (long) HALF << 32;
      int third = HALF;
      int in = weights.first(x);
      int at = weights.start(x);
      for (int end = at + weights.count(x); at < end; at++, in++) {
        int weight = weights.weight(at);
        two += weight * redAndGreen[in];
        third += weight * blue[in];
      }
      int red = (int) two;
      target[out++] = clamp(red);
      target[out++] = clamp((int) ((two - red) >> 32));
      target[out++] = clamp(third);
    }
  }

  /** The box filter at half the width: two weights of a half. */
  private static void halveRows(byte[] source, int start, byte[] target) {
    int in = start;
    for (int out = 0; out < target.length; out += CHANNELS) {
      target[out] = mean(source[in], source[in + 3]);
      target[out + 1] = mean(source[in + 1], source[in + 4]);
      target[out + 2] = mean(source[in + 2], source[in + 5]);
      in += 2 * CHANNELS;
    }
  }

  /** Resizes the columns of an image whose first row is {@code firstRow} of the source. */
  private static RgbImage columns(
      RgbImage image, int height, ResizeWeights weights, int firstRow, boolean halves) {
    int rowBytes = image.width() * CHANNELS;
    byte[] source = image.pixels();
    byte[] target = new byte[Math.multiplyExact(rowBytes, height)];
    if (halves) {
      halveColumns(source, rowBytes, target);
      return new RgbImage(image.width(), height, target);
    }
    int[] sums = new int[rowBytes];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      int at = weights.start(y);
      int row = (weights.first(y) - firstRow) * rowBytes;
      for (int tap = 0; tap < weights.count(y); tap++, row += rowBytes) {
        add(sums, weights.weight(at + tap), source, row);
      }
      for (int x = 0; x < rowBytes; x++) {
        target[y * rowBytes + x] = clamp(sums[x]);
      }
    }
    return new RgbImage(image.width(), height, target);
  }

  private static void add(int[] sums, int weight, byte[] source, int row) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] += weight * (source[row + x] & 0xFF);
    }
  }

  private static void halveColumns(byte[] source, int rowBytes, byte[] target) {
    for (int out = 0; out < target.length; out += rowBytes) {
      int upper = 2 * out;
      int lower = upper + rowBytes;
      for (int x = 0; x < rowBytes; x++) {
        target[out + x] = mean(source[upper + x], source[lower + x]);
      }
    }
  }

  private static byte mean(byte one, byte other) {
    return (byte) (((one & 0xFF) + (other & 0xFF) + 1) >> 1);
  }

  private static byte clamp(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> ResizeWeights.PRECISION_BITS));
  }
}
