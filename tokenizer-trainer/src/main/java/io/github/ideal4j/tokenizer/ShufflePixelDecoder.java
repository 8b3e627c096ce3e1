package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;
import java.util.ArrayList;
import java.util.List;

/** A small network: at each resolution a convolution and residual blocks, at last a shuffle. */
final class ShufflePixelDecoder implements PixelDecoder {

  private static final double EPSILON = 1e-5;

  private final List<Level> levels = new ArrayList<>();
  private final Affine norm;
  private final Affine out;
  private final int groups;
  private final int factor;

  private record Level(Affine convolution, List<Residual> blocks) {}

  ShufflePixelDecoder(TokenizerConfig config, Weights weights) {
    PixelDecoderConfig own = config.pixels();
    groups = own.groups();
    factor = own.factors(config.imageSize(), config.grid());
    int before = config.pixelWidth();
    for (int i = 0; i < own.channels().size(); i++) {
      int channels = own.channels().get(i);
      String name = "decoder.levels.%d.".formatted(i);
      Affine convolution = weights.convolution(name + "conv", channels, before, 3);
      List<Residual> blocks = new ArrayList<>();
      for (int j = 0; j < own.residualBlocks(); j++) {
        blocks.add(new Residual(weights, name + "res." + j, channels, channels, groups, EPSILON));
      }
      levels.add(new Level(convolution, blocks));
      before = channels;
    }
    norm = weights.norm("decoder.norm_out", before);
    out = weights.convolution("decoder.conv_out", 3L * factor * factor, before, 3);
  }

  @Override
  public NDArray decode(NDArray features) {
    NDArray x = features;
    for (int i = 0; i < levels.size(); i++) {
      x = i == 0 ? x : TorchOps.upsampleNearest(x, 2);
      x = levels.get(i).convolution().convolve(x);
      for (Residual block : levels.get(i).blocks()) {
        x = block.forward(x);
      }
    }
    NDArray last = out.convolve(TorchOps.silu(norm.groupNorm(x, groups, EPSILON)));
    return factor == 1 ? last : TorchOps.pixelShuffle(last, factor);
  }
}
