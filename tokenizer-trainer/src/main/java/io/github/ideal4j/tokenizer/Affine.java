package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.backbone.ChannelStatistics;
import io.github.ideal4j.torch.TorchOps;

/** Weight and bias of a layer, and the ways to apply them. */
record Affine(NDArray weight, NDArray bias) {

  static final double NORM_EPSILON = 1e-5; // PyTorch's default

  /** {@code [..., in]} to {@code [..., out]}. */
  NDArray linear(NDArray x) {
    return TorchOps.linear(x, weight, bias);
  }

  /** The same linear layer with its results as a backbone gives them. */
  Affine followedBy(ChannelStatistics statistics) {
    NDArray factors = statistics.deviation().reshape(-1, 1); // [out, 1]
    return new Affine(weight.mul(factors), statistics.raw(bias));
  }

  /** Normalizes the last axis. */
  NDArray layerNorm(NDArray x) {
    return TorchOps.layerNorm(x, weight, bias, NORM_EPSILON);
  }

  /** Normalizes groups of channels. */
  NDArray groupNorm(NDArray x, int groups, double epsilon) {
    return TorchOps.groupNorm(x, groups, weight, bias, epsilon);
  }

  /**
   * Convolves with stride 1; the size stays. {@code [batch, in, h, w]} to {@code [batch, out, h,
   * w]}.
   */
  NDArray convolve(NDArray x) {
    return TorchOps.convolve(x, weight, bias);
  }
}
