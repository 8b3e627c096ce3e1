package io.github.ideal4j.pipeline;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.serving.Bundle;
import java.io.IOException;
import java.nio.file.Path;

/** Which tokenizer made some tokens. */
final class TokenOrigin {

  private TokenOrigin() {}

  /**
   * Refuses tokens that a bundle did not make.
   *
   * @return the bundle's tokenizer
   * @throws IOException if they are another tokenizer's; the message names both
   */
  static TokenizerInfo require(Path tokens, Path bundle) throws IOException {
    Bundle opened = Bundle.open(bundle);
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      opened.requireOwnTokens(dataset.info().tokenizer(), tokens.toString());
    }
    return opened.tokenizer();
  }
}
