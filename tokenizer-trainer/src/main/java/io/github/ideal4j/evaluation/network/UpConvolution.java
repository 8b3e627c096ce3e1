package io.github.ideal4j.evaluation.network;

/**
 * A transposed convolution with kernel 4, stride 2 and padding 1, written as a 3 x 3 convolution to
 * four times the channels and a shuffle of channels into space. Output row {@code 2 y + a} sees
 * kernel rows k with {@code a + 1 - k} even, of input row {@code y + (a + 1 - k) / 2}; columns
 * alike.
 */
final class UpConvolution {

  /** The stride. */
  static final int FACTOR = 2;

  private static final int KERNEL = 4;
  private static final int SIDE = 3;
  private static final int PLACES = FACTOR * FACTOR;

  private UpConvolution() {}

  /**
   * The weight of the convolution.
   *
   * @param transposed {@code [in, out, 4, 4]}
   * @return {@code [out * 4, in, 3, 3]}
   */
  static float[] weight(float[] transposed, int in, int out) {
    float[] weight = new float[out * PLACES * in * SIDE * SIDE];
    for (int i = 0; i < in; i++) {
      for (int o = 0; o < out; o++) {
        for (int place = 0; place < PLACES; place++) {
          int to = ((o * PLACES + place) * in + i) * SIDE * SIDE;
          int from = (i * out + o) * KERNEL * KERNEL;
          place(transposed, from, weight, to, place / FACTOR, place % FACTOR);
        }
      }
    }
    return weight;
  }

  /** One kernel to the four taps that output row a and column b of a cell see. */
  private static void place(float[] kernel, int from, float[] target, int to, int a, int b) {
    for (int row = 1 - a; row < KERNEL; row += FACTOR) {
      for (int column = 1 - b; column < KERNEL; column += FACTOR) {
        int down = (a + 1 - row) / FACTOR + 1;
        int across = (b + 1 - column) / FACTOR + 1;
        target[to + down * SIDE + across] = kernel[from + row * KERNEL + column];
      }
    }
  }

  /** The bias of the convolution: every channel's four times. */
  static float[] bias(float[] bias) {
    float[] repeated = new float[bias.length * PLACES];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = bias[i / PLACES];
    }
    return repeated;
  }
}
