package io.github.ideal4j.pipeline;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.util.List;

/** Tokens to pictures. */
final class Decoding {

  private Decoding() {}

  static List<RgbImage> images(Bundle bundle, int[][] tokens, SessionSettings settings)
      throws IOException {
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings)) {
      return tokenizer.decode(tokens).images();
    }
  }
}
