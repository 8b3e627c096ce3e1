package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.backbone.ChannelStatistics;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.backbone.VisionTransformer;

/**
 * A trained tokenizer as it is exported: mean and deviation of features are part of the layers
 * beside them, so that a graph spends no operator on them. It equals the tokenizer but for
 * rounding, and shares its arrays.
 *
 * <p>Tokens of the backbone are standardized by the backbone's own last norms, which works before
 * every fusion: attention begins with norms and a sum, through which no linear layer could take the
 * statistics. Deep features leave through a second head, since pixels are made of standardized
 * ones.
 */
public final class FoldedTokenizer {

  private final DualAlignedTokenizer tokenizer;
  private final boolean standardizes;
  private final Affine deepHead;

  /**
   * What tokens decode to.
   *
   * @param pixels {@code [batch, 3, imageSize, imageSize]}, not clamped
   * @param deep as the backbone gives them, {@code [batch, tokens, width]}
   */
  public record Decoded(NDArray pixels, NDArray deep) {}

  private FoldedTokenizer(DualAlignedTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    ChannelStatistics deep = tokenizer.statistics("deep");
    standardizes = !deep.isIdentity();
    deepHead = tokenizer.deepHead().followedBy(deep);
  }

  /**
   * Folds the statistics of a tokenizer, which stays as it is and open.
   *
   * @param tokenizer trained
   */
  public static FoldedTokenizer of(DualAlignedTokenizer tokenizer) {
    return new FoldedTokenizer(tokenizer);
  }

  /** Its shape. */
  public TokenizerConfig config() {
    return tokenizer.config();
  }

  /** A backbone whose tokens are standardized; the other one stays as it is and open. */
  public VisionTransformer backbone(VisionBackbone plain) {
    return plain
        .block()
        .standardizing(tokenizer.statistics("shallow"), tokenizer.statistics("deep"));
  }

  /**
   * Tokens of images, as {@link DualAlignedTokenizer#encode} shapes them.
   *
   * @param shallow of the {@link #backbone}, {@code [batch, tokens, width]}
   * @param deep likewise
   */
  public NDArray encode(NDArray shallow, NDArray deep) {
    return tokenizer.encodeStandard(shallow, deep);
  }

  /** Images and deep features of tokens, which are shaped as {@link #encode} gives them. */
  public Decoded decode(NDArray indices) {
    NDArray codes = tokenizer.quantizer().codes(tokenizer.flat(indices));
    FeatureDecoder.Features features = tokenizer.features(codes, false);
    NDArray deep = standardizes ? deepHead.linear(features.hidden()) : features.deep();
    return new Decoded(tokenizer.pixels(features), deep);
  }
}
