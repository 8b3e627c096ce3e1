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

/** Images uint8 {@code [n, height, width, 3]} to tokens int64 {@code [n, rows, columns]}. */
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
    int grid = tokenizer.config().grid();
    return new NDList(cosines(store, inputs.singletonOrThrow()).argMax(1).reshape(-1, grid, grid));
  }

  /**
   * How near each code is to each token's vector.
   *
   * @param images uint8 {@code [n, height, width, 3]}
   * @return cosines {@code [n * rows * columns, codes]}
   */
  NDArray cosines(ParameterStore store, NDArray images) {
    NDList tokens = backbone.forward(store, new NDList(input.pixels(images)), false);
    NDArray unit = tokenizer.project(tokens.get(0), tokens.get(1)).normalize(2, 1);
    return unit.matMul(tokenizer.quantizer().table().transpose());
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    TokenizerConfig config = tokenizer.config();
    return new Shape[] {new Shape(inputShapes[0].get(0), config.grid(), config.grid())};
  }
}
