package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/** Makes one token of a shallow and a deep one: {@code [batch, tokens, width]} each. */
interface FeatureFusion {

  NDArray fuse(NDArray shallow, NDArray deep);

  /**
   * How much each deep token takes from each shallow one: {@code [batch, heads, tokens, tokens]},
   * or nothing where a fusion does not choose.
   */
  default Optional<NDArray> attention(NDArray shallow, NDArray deep) {
    return Optional.empty();
  }

  /** The fusion that a configuration asks for. */
  static FeatureFusion of(TokenizerConfig config, Weights weights) {
    return switch (config.fusion()) {
      case ATTENTION -> new AttentionFusion(config, weights);
      case ATTENTION_SKIP -> new AttentionFusion(config, weights).skipping(linear(config, weights));
      case LINEAR -> linear(config, weights);
      case NONE -> (shallow, deep) -> deep;
    };
  }

  private static FeatureFusion linear(TokenizerConfig config, Weights weights) {
    int width = config.width();
    Affine layer = weights.linear("encode_transformer.linear_fuse", width, 2L * width);
    return (shallow, deep) -> layer.linear(deep.concat(shallow, 2));
  }
}
