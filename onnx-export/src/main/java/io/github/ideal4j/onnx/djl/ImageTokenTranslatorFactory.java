package io.github.ideal4j.onnx.djl;

import ai.djl.Model;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.modality.cv.Image;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;

/**
 * Makes translators for the {@code encoder} of a {@link DjlFolder}: {@link Image} to {@code int[]},
 * or a file to JSON as {@link Input} and {@link Output}.
 */
public final class ImageTokenTranslatorFactory implements TranslatorFactory, Serializable {

  private static final long serialVersionUID = 1L;

  /** For DJL, which makes it by name. */
  public ImageTokenTranslatorFactory() {}

  @Override
  public Set<Pair<Type, Type>> getSupportedTypes() {
    return Set.of(new Pair<>(Image.class, int[].class), new Pair<>(Input.class, Output.class));
  }

  @Override
  @SuppressWarnings("unchecked") // isSupported has compared the types
  public <I, O> Translator<I, O> newInstance(
      Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
    if (!isSupported(input, output)) {
      throw new IllegalArgumentException(
          "%s to %s is not supported; use Image to int[], or Input to Output"
              .formatted(input.getSimpleName(), output.getSimpleName()));
    }
    if (input == Input.class) {
      ImageTokenServingTranslator translator = new ImageTokenServingTranslator();
      translator.setArguments(arguments);
      return (Translator<I, O>) translator;
    }
    return (Translator<I, O>) new ImageTokenTranslator(TokenizerShape.of(arguments));
  }
}
