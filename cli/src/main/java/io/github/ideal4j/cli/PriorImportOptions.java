package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.PriorImporting;
import io.github.ideal4j.prior.PriorArchitecture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What the imports of priors have in common. */
final class PriorImportOptions {

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "FILE",
      description = "Safetensors with the release's names.")
  Path weights;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description =
          "JSON of its sizes: dim or hidden_size, n_layer or num_hidden_layers, n_head or"
              + " num_attention_heads, vocab_size or codebook_size, num_classes or"
              + " condition_num_classes, and rows and cols, grid, image_seq_len or block_size.")
  Path sizes;

  @Option(
      names = "--check",
      paramLabel = "FILE",
      description = "A reference with tokens and labels, and any of what follows from them.")
  Path check;

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

  @Option(names = "--out", paramLabel = "RUN", description = "The run folder to make.")
  Path out;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "Says what the sizes do not, such as training.batch=64. May be given often.",
        "Default: what the preset b or rar-b says."
      })
  List<String> settings = new ArrayList<>();

  @Option(
      names = "--device",
      paramLabel = "WHERE",
      defaultValue = "auto",
      description = "auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  String device;

  PriorImporting.Request request(PriorArchitecture.Kind kind, int threads) {
    return new PriorImporting.Request(
        kind,
        weights,
        sizes,
        settings,
        Optional.ofNullable(check),
        Optional.ofNullable(bundle),
        Optional.ofNullable(labels),
        Optional.ofNullable(out),
        device,
        threads);
  }
}
