package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;
import java.util.Optional;

/**
 * One pre-norm block in which deep tokens ask shallow ones, alone or beside another fusion: what it
 * adds to a deep token is then added to what the other makes.
 */
final class AttentionFusion implements FeatureFusion {

  private static final String NAME = "encode_transformer.attn_fuse.";

  private final Affine queryNorm;
  private final Affine contextNorm;
  private final Attention attention;
  private final Affine hiddenNorm;
  private final Affine up;
  private final Affine down;
  private FeatureFusion base = (shallow, deep) -> deep;

  AttentionFusion(TokenizerConfig config, Weights weights) {
    int width = config.width();
    queryNorm = weights.norm(NAME + "query_norm", width);
    contextNorm = weights.norm(NAME + "kv_norm", width);
    attention = new Attention(weights, NAME + "attn", width, config.fusionHeads());
    hiddenNorm = weights.norm(NAME + "ffn_norm", width);
    up = weights.linear(NAME + "ffn.0", config.fusionMlp(), width);
    down = weights.linear(NAME + "ffn.3", width, config.fusionMlp());
  }

  /** Adds to another fusion instead of to the deep tokens. */
  AttentionFusion skipping(FeatureFusion other) {
    base = other;
    return this;
  }

  @Override
  public NDArray fuse(NDArray shallow, NDArray deep) {
    NDArray asked = attention.cross(queryNorm.layerNorm(deep), contextNorm.layerNorm(shallow));
    NDArray x = base.fuse(shallow, deep).add(asked);
    return x.add(down.linear(TorchOps.gelu(up.linear(hiddenNorm.layerNorm(x)))));
  }

  @Override
  public Optional<NDArray> attention(NDArray shallow, NDArray deep) {
    return Optional.of(
        attention.weights(queryNorm.layerNorm(deep), contextNorm.layerNorm(shallow)));
  }
}
