package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;

/** Root mean square normalisation of the last axis (arXiv 1910.07467). */
final class RmsNorm {

  private RmsNorm() {}

  /** {@code x / sqrt(mean(x^2) + epsilon) * weight}; x {@code [..., dim]}, weight {@code [dim]}. */
  static NDArray apply(NDArray x, NDArray weight, double epsilon) {
    NDArray meanSquare = x.square().mean(new int[] {-1}, true); // [..., 1]
    NDArray root = TorchOps.addScalar(meanSquare, epsilon).sqrt();
    return x.div(root).mul(weight);
  }
}
