package io.github.ideal4j.prior;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The token files a prior learns from; each is a file or a folder of shards.
 *
 * @param train labelled tokens
 * @param mirrored tokens of the same images mirrored, in the same order: every step takes either
 *     view of a row by chance
 * @param validation tokens that are only measured
 */
public record PriorSources(Path train, Optional<Path> mirrored, Optional<Path> validation) {

  /** Training tokens only. */
  public static PriorSources of(Path train) {
    return new PriorSources(train, Optional.empty(), Optional.empty());
  }

  /** The same with mirrored views. */
  public PriorSources withMirrored(Path tokens) {
    return new PriorSources(train, Optional.of(tokens), validation);
  }

  /** The same with validation tokens. */
  public PriorSources withValidation(Path tokens) {
    return new PriorSources(train, mirrored, Optional.of(tokens));
  }
}
