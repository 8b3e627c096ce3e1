package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.ImportResult;
import io.github.ideal4j.pipeline.PriorImporting;
import io.github.ideal4j.prior.PriorArchitecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the imports of priors take. */
final class PriorImportOptions {

  /** The keys of a file of sizes. */
  static final String SIZES =
      "Sizes: dim or hidden_size, n_layer or num_hidden_layers, n_head or num_attention_heads,"
          + " vocab_size or codebook_size, num_classes or condition_num_classes, and rows and cols,"
          + " grid, image_seq_len or block_size.";

  /** What a reference can hold. */
  static final String REFERENCE =
      "A reference has tokens and labels, and any of what follows from them: logits, loss, every"
          + " gradient, greedy tokens.";

  @Mixin ImportOptions options;

  @Option(
      names = "--bundle",
      paramLabel = "B",
      description = "The tokenizer whose tokens it makes; needed to export or train it.")
  Path bundle;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "JSON object of class numbers and names. Default: the numbers.")
  Path labels;

  int run(PriorArchitecture.Kind kind, int threads, Output output) throws IOException {
    ImportResult result =
        PriorImporting.run(
            kind,
            options.request(threads),
            Optional.ofNullable(bundle),
            Optional.ofNullable(labels));
    output.print(result, result.text("ideal export BUNDLE --prior RUN --out NEW_BUNDLE"));
    return result.good() ? 0 : 1;
  }
}
