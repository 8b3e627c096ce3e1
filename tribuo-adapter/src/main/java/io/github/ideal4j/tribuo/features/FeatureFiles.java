package io.github.ideal4j.tribuo.features;

import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription.Prior;
import io.github.ideal4j.onnx.serving.BundleFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What some features are made with.
 *
 * @param bundle folder of the tokenizer, for its codebook, decoder and prior
 * @param tokens to count and to take means in: those that are trained on
 */
public record FeatureFiles(Optional<Path> bundle, Optional<Path> tokens) {

  /** No files, for features that need none. */
  public static FeatureFiles none() {
    return new FeatureFiles(Optional.empty(), Optional.empty());
  }

  /** A bundle and the tokens that are trained on. */
  public static FeatureFiles of(Path bundle, Path tokens) {
    return new FeatureFiles(Optional.of(bundle), Optional.of(tokens));
  }

  Path bundleFile(String name, String part) {
    Path folder =
        bundle.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "features '%s' need the %s of a bundle; give the bundle, or choose others"
                        .formatted(part, name)));
    return folder.resolve(name);
  }

  /** The number that stands for no class. */
  long noClass() {
    try {
      Bundle opened = Bundle.open(bundleFile(BundleFiles.MANIFEST, "prior").getParent());
      return opened
          .description()
          .prior()
          .map(Prior::classes)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "features 'prior' need a prior, and bundle %s has none"
                          .formatted(opened.folder())));
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  Path tokens(String part) {
    return tokens.orElseThrow(
        () ->
            new IllegalArgumentException(
                "features '%s' learn from tokens; give some, or choose others".formatted(part)));
  }
}
