package io.github.ideal4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Bicubic resizing of one axis as a matrix: exact, differentiable, the same in every runtime.
 *
 * @param in old length
 * @param out new length
 * @param weights {@code [out, in]}, rows sum to 1
 */
@SuppressWarnings("ArrayRecordComponent") // private to the package and compared by nobody
record Bicubic(int in, int out, float[] weights) {

  private static final double SHARP = -0.75; // PyTorch's kernel without antialias
  private static final double SOFT = -0.5; // Pillow's, and PyTorch's with antialias
  private static final int REACH = 2;

  /** The matrix of a resizing with half-pixel centres. */
  static Bicubic matrix(int in, int out, boolean antialias) {
    double scale = (double) in / out;
    float[] weights = new float[in * out];
    for (int row = 0; row < out; row++) {
      double centre = (row + 0.5) * scale;
      if (antialias) {
        antialiased(weights, row, in, centre, Math.max(scale, 1));
      } else {
        interpolated(weights, row, in, centre - 0.5);
      }
    }
    return new Bicubic(in, out, weights);
  }

  /** Four taps; those beyond the border fall onto it. */
  private static void interpolated(float[] weights, int row, int in, double place) {
    int first = (int) Math.floor(place) - 1;
    for (int tap = first; tap < first + 2 * REACH; tap++) {
      int column = Math.min(Math.max(tap, 0), in - 1);
      weights[row * in + column] += (float) kernel(place - tap, SHARP);
    }
  }

  /** All taps within the widened kernel and the image, scaled to a sum of 1. */
  private static void antialiased(
      float[] weights, int row, int in, double centre, double widening) {
    int first = Math.max(0, (int) (centre - REACH * widening + 0.5));
    int end = Math.min(in, (int) (centre + REACH * widening + 0.5));
    double sum = 0;
    for (int tap = first; tap < end; tap++) {
      sum += kernel((tap + 0.5 - centre) / widening, SOFT);
    }
    for (int tap = first; tap < end; tap++) {
      weights[row * in + tap] = (float) (kernel((tap + 0.5 - centre) / widening, SOFT) / sum);
    }
  }

  /** Keys' cubic convolution kernel. */
  private static double kernel(double distance, double a) {
    double x = Math.abs(distance);
    if (x <= 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  }

  /**
   * The matrix beside an array.
   *
   * @param neighbour on whose manager and device it is made
   * @param transposed as {@code [in, out]}
   */
  NDArray on(NDArray neighbour, boolean transposed) {
    NDManager manager = neighbour.getManager();
    float[] values = transposed ? transposed() : weights;
    return NamedArrays.of(values, transposed ? new Shape(in, out) : new Shape(out, in), manager);
  }

  private float[] transposed() {
    float[] turned = new float[weights.length];
    for (int row = 0; row < out; row++) {
      for (int column = 0; column < in; column++) {
        turned[column * out + row] = weights[row * in + column];
      }
    }
    return turned;
  }
}
