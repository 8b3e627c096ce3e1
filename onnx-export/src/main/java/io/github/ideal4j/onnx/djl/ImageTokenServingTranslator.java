package io.github.ideal4j.onnx.djl;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.ServingTranslator;
import ai.djl.translate.TranslatorContext;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageFormatException;
import io.github.ideal4j.image.RgbImage;
import java.util.Map;

/**
 * A JPEG or PNG file to its tokens as JSON: {@code {"rows": 16, "columns": 16, "tokens": [...]}}.
 * DJL Serving and {@code Criteria} make it by name from {@code serving.properties}.
 */
public final class ImageTokenServingTranslator
    implements NoBatchifyTranslator<Input, Output>, ServingTranslator {

  private TokenizerShape shape;

  /** A translator that knows nothing before {@link #setArguments}. */
  public ImageTokenServingTranslator() {}

  @Override
  public void setArguments(Map<String, ?> arguments) {
    shape = TokenizerShape.of(arguments);
  }

  @Override
  public NDList processInput(TranslatorContext context, Input input) throws ImageFormatException {
    RgbImage image = ImageDecoder.decode(input.getData().getAsBytes(), "the uploaded file");
    return Conversions.images(context.getNDManager(), image, shape);
  }

  @Override
  public Output processOutput(TranslatorContext context, NDList outputs) {
    Output output = new Output(200, "OK");
    output.addProperty("Content-Type", "application/json");
    output.add(shape.toJson(Conversions.tokens(outputs)));
    return output;
  }
}
