package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.pipeline.comparison.Family;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which features of which images a command compares. */
final class FamilyOptions {

  @Option(
      names = "--tokens",
      required = true,
      paramLabel = "FILE|DIR",
      description = "Tokens with labels to learn from.")
  Path tokens;

  @Option(
      names = "--bundle",
      paramLabel = "B",
      description = "The tokenizer's bundle, for pooled, decoded and prior.")
  Path bundle;

  @Option(
      names = "--images",
      paramLabel = "SRC",
      description = "The photographs that were tokenized, for pixels and teacher.")
  Path images;

  @Option(
      names = "--backbone",
      paramLabel = "DIR|FILE",
      description = "The frozen network of teacher. Default: the one that comes with the project.")
  Path backbone;

  @Option(
      names = "--features",
      split = ";",
      paramLabel = "SPEC",
      defaultValue = "boc;tfidf;pyramid;bigrams;boc+pyramid",
      description = {
        "What is compared, with semicolons between: features as in 'classify train', pixels (8 x 8",
        "mean colours) or teacher (the frozen network's own). Default: ${DEFAULT-VALUE}."
      })
  List<String> features;

  /**
   * Where families come from.
   *
   * @param test tokens to measure on; null for those that are learned from
   * @param threads of the teacher
   */
  Family.Sources sources(Path test, int threads) {
    return new Family.Sources(
        tokens,
        test == null ? tokens : test,
        Optional.ofNullable(bundle),
        Optional.ofNullable(images).map(Photographs::all),
        backbone == null ? ShippedFiles.locate().backbone() : backbone,
        ShippedFiles.cache(),
        threads);
  }
}
