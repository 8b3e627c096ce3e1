package io.github.ideal4j.onnx.djl;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.ServingTranslator;
import ai.djl.translate.TranslatorContext;
import java.util.Map;

/**
 * Tokens as JSON, an array or what {@link ImageTokenServingTranslator} answers, to a PNG file. DJL
 * Serving and {@code Criteria} make it by name from {@code serving.properties}.
 */
public final class TokenImageServingTranslator
    implements NoBatchifyTranslator<Input, Output>, ServingTranslator {

  private TokenizerShape shape;

  /** A translator that knows nothing before {@link #setArguments}. */
  public TokenImageServingTranslator() {}

  @Override
  public void setArguments(Map<String, ?> arguments) {
    shape = TokenizerShape.of(arguments);
  }

  @Override
  public NDList processInput(TranslatorContext context, Input input) {
    int[] tokens = shape.fromJson(input.getData().getAsString());
    return Conversions.tokens(context.getNDManager(), tokens, shape);
  }

  @Override
  public Output processOutput(TranslatorContext context, NDList outputs) {
    Output output = new Output(200, "OK");
    output.addProperty("Content-Type", "image/png");
    output.add(Conversions.png(Conversions.image(outputs, shape)));
    return output;
  }
}
