package io.github.ideal4j.pipeline;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.onnx.serving.Bundle;
import java.io.IOException;
import java.nio.file.Path;

/** Which tokenizer made some tokens. */
final class TokenOrigin {

  private TokenOrigin() {}

  /**
   * Refuses tokens that a bundle did not make.
   *
   * @throws IOException if they are another tokenizer's; the message names both
   */
  static void require(Path tokens, Path bundle) throws IOException {
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      Bundle.open(bundle).requireOwnTokens(dataset.info().tokenizer(), tokens.toString());
    }
  }
}
