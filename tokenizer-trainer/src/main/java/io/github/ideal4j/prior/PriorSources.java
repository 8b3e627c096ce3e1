package io.github.ideal4j.prior;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The token files a prior learns from; each is a file or a folder of shards.
 *
 * @param train tokens, with labels for a class-conditional prior; rows of one image share its id
 *     where there is a column {@code view}
 * @param mirrored tokens of the same images mirrored, in the same order: every step takes either
 *     view of a row by chance
 * @param validation tokens that are only measured
 * @param tokenizer SHA-256 of the tokenizer of tokens that do not name theirs, empty where unknown
 * @param unconditional whether labels are not looked at; tokens without any never have classes
 */
public record PriorSources(
    Path train,
    Optional<Path> mirrored,
    Optional<Path> validation,
    String tokenizer,
    boolean unconditional) {

  /** Training tokens only. */
  public static PriorSources of(Path train) {
    return new PriorSources(train, Optional.empty(), Optional.empty(), "", false);
  }

  /** The same with mirrored views. */
  public PriorSources withMirrored(Path tokens) {
    return new PriorSources(train, Optional.of(tokens), validation, tokenizer, unconditional);
  }

  /** The same with validation tokens. */
  public PriorSources withValidation(Path tokens) {
    return new PriorSources(train, mirrored, Optional.of(tokens), tokenizer, unconditional);
  }

  /** The same without classes. */
  public PriorSources withoutClasses() {
    return new PriorSources(train, mirrored, validation, tokenizer, true);
  }

  /** The same, of a tokenizer that the files need not name. */
  public PriorSources madeBy(String tokenizerSha256) {
    return new PriorSources(train, mirrored, validation, tokenizerSha256, unconditional);
  }
}
