package io.github.ideal4j.server.model;

import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import java.util.List;
import java.util.Optional;

/**
 * A bundle's models.
 *
 * @param name what requests call it
 * @param bundle its files
 * @param tokenizer photographs to tokens
 * @param encoder images to tokens
 * @param decoder tokens to images
 * @param prior labels to tokens
 */
public record ServedBundle(
    String name,
    Bundle bundle,
    ServedModel tokenizer,
    ServedModel encoder,
    ServedModel decoder,
    Optional<ServedModel> prior) {

  /** What the bundle says of itself. */
  public BundleDescription description() {
    return bundle.description();
  }

  /** Names of the classes; empty if there are none. */
  public List<String> labels() {
    return bundle.labels();
  }

  /** The tokenizer as token files name it. */
  public TokenizerInfo info() {
    return bundle.tokenizer();
  }
}
