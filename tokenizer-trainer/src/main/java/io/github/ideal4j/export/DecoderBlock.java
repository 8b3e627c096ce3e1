package io.github.ideal4j.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.ideal4j.tokenizer.FoldedTokenizer;
import io.github.ideal4j.tokenizer.TokenizerConfig;
import io.github.ideal4j.torch.TorchOps;

/**
 * Tokens int32 {@code [n, rows, columns]} to images uint8 {@code [n, height, width, 3]} and deep
 * features {@code [n, rows * columns, width]}.
 */
final class DecoderBlock extends AbstractBlock {

  private static final byte VERSION = 1;
  private static final double HALF_RANGE = 127.5;

  private final FoldedTokenizer tokenizer;

  DecoderBlock(FoldedTokenizer tokenizer) {
    super(VERSION);
    this.tokenizer = tokenizer;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray indices = TorchOps.cast(inputs.singletonOrThrow(), DataType.INT64);
    FoldedTokenizer.Decoded result = tokenizer.decode(indices);
    return new NDList(bytes(result.pixels()), result.deep());
  }

  /** Pixels {@code [n, 3, height, width]} in -1 to 1, to uint8 {@code [n, height, width, 3]}. */
  static NDArray bytes(NDArray pixels) {
    NDArray levels =
        TorchOps.scale(TorchOps.addScalar(pixels.clip(-1, 1), 1), HALF_RANGE)
            .round()
            .transpose(0, 2, 3, 1);
    return TorchOps.cast(levels, DataType.UINT8);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    TokenizerConfig config = tokenizer.config();
    long batch = inputShapes[0].get(0);
    int size = config.imageSize();
    return new Shape[] {
      new Shape(batch, size, size, 3), new Shape(batch, config.tokens(), config.width())
    };
  }
}
