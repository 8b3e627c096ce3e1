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
import io.github.ideal4j.tokenizer.DualAlignedTokenizer;
import io.github.ideal4j.tokenizer.TokenizerConfig;

/**
 * Images uint8 {@code [n, height, width, 3]} to tokens int64 {@code [n, rows, columns]}, of several
 * codebooks {@code [n, codebooks, rows, columns]}.
 */
final class EncoderBlock extends AbstractBlock {

  private static final byte VERSION = 1;

  private final BackboneInput input;
  private final VisionTransformer backbone;
  private final DualAlignedTokenizer tokenizer;

  EncoderBlock(VisionBackbone backbone, DualAlignedTokenizer tokenizer) {
    super(VERSION);
    this.backbone = addChildBlock("backbone", backbone.block());
    this.tokenizer = tokenizer;
    input = BackboneInput.of(tokenizer.config().imageSize(), backbone);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    TokenizerConfig config = tokenizer.config();
    NDArray tokens = encode(store, inputs.singletonOrThrow());
    return new NDList(tokens.reshape(BundleShape.of(config, -1)));
  }

  /** Tokens as {@link DualAlignedTokenizer#encode} shapes them. */
  private NDArray encode(ParameterStore store, NDArray images) {
    NDList tokens = backbone.forward(store, new NDList(input.pixels(images)), false);
    return tokenizer.encode(tokens.get(0), tokens.get(1));
  }

  /**
   * What is quantized.
   *
   * @param images uint8 {@code [n, height, width, 3]}
   * @return {@code [n * rows * columns, dim]}
   */
  NDArray vectors(ParameterStore store, NDArray images) {
    NDList tokens = backbone.forward(store, new NDList(input.pixels(images)), false);
    return tokenizer.project(tokens.get(0), tokens.get(1));
  }

  DualAlignedTokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    TokenizerConfig config = tokenizer.config();
    return new Shape[] {BundleShape.of(config, inputShapes[0].get(0))};
  }
}
