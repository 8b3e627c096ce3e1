package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;

/** From features {@code [batch, width, grid, grid]} to pixels {@code [batch, 3, size, size]}. */
interface PixelDecoder {

  /** Pixels, -1 to 1 where the network is right; not clamped. */
  NDArray decode(NDArray features);

  /** The network that a configuration asks for. */
  static PixelDecoder of(TokenizerConfig config, Weights weights) {
    return switch (config.pixels().kind()) {
      case SHUFFLE -> new ShufflePixelDecoder(config, weights);
      case VQGAN -> new VqganPixelDecoder(config, weights);
    };
  }

  /** A residual block: norm, swish and convolution, twice. */
  final class Residual {

    private final int groups;
    private final double epsilon;
    private final Affine norm1;
    private final Affine conv1;
    private final Affine norm2;
    private final Affine conv2;
    private final Affine shortcut;

    Residual(Weights weights, String name, int in, int out, int groups, double epsilon) {
      this.groups = groups;
      this.epsilon = epsilon;
      norm1 = weights.norm(name + ".norm1", in);
      conv1 = weights.convolution(name + ".conv1", out, in, 3);
      norm2 = weights.norm(name + ".norm2", out);
      conv2 = weights.convolution(name + ".conv2", out, out, 3);
      shortcut = in == out ? null : weights.convolution(name + ".nin_shortcut", out, in, 1);
    }

    NDArray forward(NDArray x) {
      NDArray h = conv1.convolve(TorchOps.silu(norm1.groupNorm(x, groups, epsilon)));
      NDArray y = conv2.convolve(TorchOps.silu(norm2.groupNorm(h, groups, epsilon)));
      return (shortcut == null ? x : shortcut.convolve(x)).add(y);
    }
  }
}
