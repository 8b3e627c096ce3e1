package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;
import java.util.ArrayList;
import java.util.List;

/**
 * The decoder of VQGAN (arXiv 2012.09841) as LlamaGen and IDEAL use it: a middle with attention,
 * then residual blocks at each resolution and nearest-neighbour enlargement between them.
 */
final class VqganPixelDecoder implements PixelDecoder {

  private static final double EPSILON = 1e-6;

  private final int groups;
  private final Affine in;
  private final Residual middleFirst;
  private final Affine attentionNorm;
  private final Affine q;
  private final Affine k;
  private final Affine v;
  private final Affine attentionOut;
  private final Residual middleLast;
  private final List<Level> levels = new ArrayList<>();
  private final Affine norm;
  private final Affine out;

  private record Level(List<Residual> blocks, Affine enlarged) {}

  VqganPixelDecoder(TokenizerConfig config, Weights weights) {
    PixelDecoderConfig own = config.pixels();
    groups = own.groups();
    int before = own.channels().get(0);
    in = weights.convolution("decoder.conv_in", before, config.pixelWidth(), 3);
    middleFirst = residual(weights, "decoder.mid.0", before, before);
    attentionNorm = weights.norm("decoder.mid.1.norm", before);
    q = weights.convolution("decoder.mid.1.q", before, before, 1);
    k = weights.convolution("decoder.mid.1.k", before, before, 1);
    v = weights.convolution("decoder.mid.1.v", before, before, 1);
    attentionOut = weights.convolution("decoder.mid.1.proj_out", before, before, 1);
    middleLast = residual(weights, "decoder.mid.2", before, before);
    for (int i = 0; i < own.channels().size(); i++) {
      int channels = own.channels().get(i);
      String name = "decoder.conv_blocks.%d.".formatted(i);
      List<Residual> blocks = new ArrayList<>();
      for (int j = 0; j < own.residualBlocks(); j++) {
        blocks.add(residual(weights, name + "res." + j, j == 0 ? before : channels, channels));
      }
      boolean last = i == own.channels().size() - 1;
      Affine enlarged =
          last ? null : weights.convolution(name + "upsample.conv", channels, channels, 3);
      levels.add(new Level(blocks, enlarged));
      before = channels;
    }
    norm = weights.norm("decoder.norm_out", before);
    out = weights.convolution("decoder.conv_out", 3, before, 3);
  }

  private Residual residual(Weights weights, String name, int from, int to) {
    return new Residual(weights, name, from, to, groups, EPSILON);
  }

  @Override
  public NDArray decode(NDArray features) {
    NDArray x = middleLast.forward(attend(middleFirst.forward(in.convolve(features))));
    for (Level level : levels) {
      for (Residual block : level.blocks()) {
        x = block.forward(x);
      }
      if (level.enlarged() != null) {
        x = level.enlarged().convolve(TorchOps.upsampleNearest(x, 2));
      }
    }
    return out.convolve(TorchOps.silu(norm.groupNorm(x, groups, EPSILON)));
  }

  /** Every place asks all places: {@code [batch, channels, h, w]}. */
  private NDArray attend(NDArray x) {
    NDArray h = attentionNorm.groupNorm(x, groups, EPSILON);
    NDArray mixed =
        TorchOps.attention(
            places(q.convolve(h)), places(k.convolve(h)), places(v.convolve(h)), false);
    long batch = x.getShape().get(0);
    NDArray image =
        mixed
            .transpose(0, 1, 3, 2) // [batch, 1, channels, places]
            .reshape(batch, x.getShape().get(1), x.getShape().get(2), x.getShape().get(3));
    return x.add(attentionOut.convolve(image));
  }

  private static NDArray places(NDArray x) {
    long channels = x.getShape().get(1);
    return x.reshape(x.getShape().get(0), 1, channels, -1).transpose(0, 1, 3, 2);
  }
}
