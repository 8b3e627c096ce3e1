package io.github.ideal4j.onnx.djl;

import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;

/** Tokens in raster order, {@code [rows * columns]}, to the image that they stand for. */
public final class TokenImageTranslator implements NoBatchifyTranslator<int[], Image> {

  private final TokenizerShape shape;

  TokenImageTranslator(TokenizerShape shape) {
    this.shape = shape;
  }

  @Override
  public NDList processInput(TranslatorContext context, int[] input) {
    return Conversions.tokens(context.getNDManager(), input, shape);
  }

  @Override
  public Image processOutput(TranslatorContext context, NDList outputs) {
    return new BufferedImageFactory()
        .fromImage(Conversions.picture(Conversions.image(outputs, shape)));
  }
}
