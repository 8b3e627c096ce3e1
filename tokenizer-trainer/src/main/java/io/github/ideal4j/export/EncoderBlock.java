package io.github.ideal4j.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.ideal4j.backbone.BackboneInput;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.backbone.VisionTransformer;
import io.github.ideal4j.tokenizer.FoldedTokenizer;
import io.github.ideal4j.tokenizer.TokenizerConfig;

/**
 * Images uint8 {@code [n, height, width, 3]} to tokens int64 {@code [n, rows, columns]}, of several
 * codebooks {@code [n, codebooks, rows, columns]}.
 */
final class EncoderBlock extends AbstractBlock {

  private static final byte VERSION = 1;

  private final BackboneInput input;
  private final VisionTransformer backbone;
  private final FoldedTokenizer tokenizer;

  EncoderBlock(VisionBackbone backbone, FoldedTokenizer tokenizer) {
    super(VERSION);
    this.backbone = addChildBlock("backbone", tokenizer.backbone(backbone));
    this.tokenizer = tokenizer;
    input = BackboneInput.of(tokenizer.config().imageSize(), backbone);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    TokenizerConfig config = tokenizer.config();
    NDList pixels = new NDList(input.pixels(inputs.singletonOrThrow()));
    NDList tokens = backbone.forward(store, pixels, false);
    NDArray indices = tokenizer.encode(tokens.get(0), tokens.get(1));
    return new NDList(indices.reshape(BundleShape.of(config, -1)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    TokenizerConfig config = tokenizer.config();
    return new Shape[] {BundleShape.of(config, inputShapes[0].get(0))};
  }
}
