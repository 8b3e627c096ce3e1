package io.github.ideal4j.onnx.djl;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.github.ideal4j.image.RgbImage;
import java.awt.image.BufferedImage;

/**
 * An image of any size to its tokens in raster order, {@code [rows * columns]}: the middle square
 * is cut out and resized as Pillow does it. DJL decodes JPEG files with Java's own reader, whose
 * pixels may differ from Pillow's by a few levels; {@link ImageTokenServingTranslator} takes the
 * file itself and is exact.
 */
public final class ImageTokenTranslator implements NoBatchifyTranslator<Image, int[]> {

  private final TokenizerShape shape;

  ImageTokenTranslator(TokenizerShape shape) {
    this.shape = shape;
  }

  @Override
  public NDList processInput(TranslatorContext context, Image input) {
    if (!(input.getWrappedImage() instanceof BufferedImage picture)) {
      throw new IllegalArgumentException(
          "images of %s cannot be read; use DJL's BufferedImageFactory"
              .formatted(input.getClass().getName()));
    }
    RgbImage image = Conversions.rgb(picture);
    return Conversions.images(context.getNDManager(), image, shape);
  }

  @Override
  public int[] processOutput(TranslatorContext context, NDList outputs) {
    return Conversions.tokens(outputs);
  }
}
