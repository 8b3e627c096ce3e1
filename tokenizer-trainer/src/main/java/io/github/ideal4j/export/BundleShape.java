package io.github.ideal4j.export;

import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.tokenizer.TokenizerConfig;

/** The shape of tokens in a bundle. */
final class BundleShape {

  private BundleShape() {}

  /** {@code [n, rows, columns]}, of several codebooks {@code [n, codebooks, rows, columns]}. */
  static Shape of(TokenizerConfig config, long n) {
    return config.codebooks() == 1
        ? new Shape(n, config.grid(), config.grid())
        : new Shape(n, config.codebooks(), config.grid(), config.grid());
  }
}
