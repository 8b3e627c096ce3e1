package io.github.ideal4j.golden;

import java.util.Arrays;

/**
 * The layers of a convolutional network by their definitions, in float64 and without an engine:
 * what a test compares an engine with. One image, {@code [channels][height][width]}.
 */
public final class SlowLayers {

  private SlowLayers() {}

  /**
   * A convolution.
   *
   * @param weight {@code [out, in, height, width]}
   * @param bias {@code [out]}
   * @param height of the kernel
   * @param width of the kernel
   * @param down padding of rows
   * @param across padding of columns
   */
  public static double[][][] convolve(
      double[][][] x,
      float[] weight,
      float[] bias,
      int height,
      int width,
      int stride,
      int down,
      int across) {
    int rows = (x[0].length + 2 * down - height) / stride + 1;
    int columns = (x[0][0].length + 2 * across - width) / stride + 1;
    double[][][] y = new double[bias.length][rows][columns];
    for (int o = 0; o < bias.length; o++) {
      for (double[] row : y[o]) {
        Arrays.fill(row, bias[o]);
      }
      for (int i = 0; i < x.length; i++) {
        for (int k = 0; k < height * width; k++) {
          double w = weight[(o * x.length + i) * height * width + k];
          add(x[i], y[o], w, stride, k / width - down, k % width - across);
        }
      }
    }
    return y;
  }

  private static void add(
      double[][] x, double[][] y, double weight, int stride, int down, int across) {
    for (int row = 0; row < y.length; row++) {
      int from = row * stride + down;
      if (from < 0 || from >= x.length) {
        continue;
      }
      for (int column = 0; column < y[row].length; column++) {
        int at = column * stride + across;
        if (at >= 0 && at < x[from].length) {
          y[row][column] += weight * x[from][at];
        }
      }
    }
  }

  /** The rectified linear unit. */
  public static double[][][] relu(double[][][] x) {
    double[][][] y = new double[x.length][x[0].length][x[0][0].length];
    for (int c = 0; c < x.length; c++) {
      for (int row = 0; row < x[c].length; row++) {
        for (int column = 0; column < x[c][row].length; column++) {
          y[c][row][column] = Math.max(0, x[c][row][column]);
        }
      }
    }
    return y;
  }

  /**
   * The largest, or the mean, of the places that exist around each.
   *
   * @param side of the window
   */
  public static double[][][] pool(double[][][] x, int side, int stride, int padding, boolean mean) {
    int rows = (x[0].length + 2 * padding - side) / stride + 1;
    int columns = (x[0][0].length + 2 * padding - side) / stride + 1;
    double[][][] y = new double[x.length][rows][columns];
    for (int c = 0; c < x.length; c++) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          y[c][row][column] =
              window(x[c], row * stride - padding, column * stride - padding, side, mean);
        }
      }
    }
    return y;
  }

  private static double window(double[][] x, int row, int column, int side, boolean mean) {
    double sum = 0;
    double largest = Double.NEGATIVE_INFINITY;
    int count = 0;
    for (int i = Math.max(0, row); i < Math.min(x.length, row + side); i++) {
      for (int j = Math.max(0, column); j < Math.min(x[i].length, column + side); j++) {
        sum += x[i][j];
        largest = Math.max(largest, x[i][j]);
        count++;
      }
    }
    return mean ? sum / count : largest;
  }

  /** Channels after channels. */
  public static double[][][] join(double[][][]... parts) {
    return Arrays.stream(parts).flatMap(Arrays::stream).toArray(double[][][]::new);
  }
}
