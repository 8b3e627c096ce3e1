package io.github.ideal4j.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** The frozen network under LPIPS. */
sealed interface LpipsBackbone permits LpipsSqueeze, LpipsChain {

  /**
   * The features that are compared, shallow first.
   *
   * @param x {@code [batch, 3, height, width]}, shifted and scaled
   * @return {@code [batch, channels, h, w]} each
   */
  List<NDArray> taps(NDArray x);

  /** The rectified linear unit. */
  static NDArray relu(NDArray x) {
    return x.getNDArrayInternal().relu();
  }

  /** A square convolution. */
  static NDArray convolve(NDArray x, NDArray weight, NDArray bias, long stride, long padding) {
    return x.getNDArrayInternal()
        .convolution(
            x,
            weight,
            bias,
            new Shape(stride, stride),
            new Shape(padding, padding),
            new Shape(1, 1),
            1)
        .singletonOrThrow();
  }

  /** Square max pooling with stride 2. */
  static NDArray pool(NDArray x, long side, boolean roundUp) {
    return x.getNDArrayInternal()
        .maxPool(new Shape(side, side), new Shape(2, 2), new Shape(0, 0), roundUp);
  }
}
