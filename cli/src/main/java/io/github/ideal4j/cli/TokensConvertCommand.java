package io.github.ideal4j.cli;

import io.github.ideal4j.arrow.TokenCompression;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileOptions;
import io.github.ideal4j.pipeline.TokenConversion;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ideal tokens convert}. */
@Command(
    name = "convert",
    description = {
      "Write a token file anew: packed, in shards, or in a form that other programs " + "read.",
      "Files from elsewhere get ids and check sums that way."
    },
    footer = {
      "",
      "Examples:",
      "  ideal tokens convert tokens.arrow --compression zstd --out small.arrow",
      "  ideal tokens convert tokens.arrow --rows-per-shard 100000 --out shards/",
      "  ideal tokens convert tokens.arrow --to hf --out hf-tokens/",
      "  ideal tokens convert tokens.arrow --to jsonl --out tokens.jsonl"
    })
final class TokensConvertCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;

  @Parameters(paramLabel = "FILE|DIR", description = "A token file or a folder of shards.")
  Path tokens;

  @Option(names = "--out", required = true, paramLabel = "PATH", description = "What to write.")
  Path out;

  @Option(
      names = "--to",
      paramLabel = "arrow|hf|csv|jsonl",
      defaultValue = "arrow",
      description =
          "Token file, folder for Hugging Face datasets.load_from_disk, CSV, or JSON lines. Default: ${DEFAULT-VALUE}.")
  TokenConversion.Form form;

  @Option(
      names = "--compression",
      paramLabel = "none|zstd",
      defaultValue = "none",
      description = "How token files are packed. Default: ${DEFAULT-VALUE}.")
  TokenCompression compression;

  @Option(
      names = "--rows-per-batch",
      paramLabel = "N",
      defaultValue = "4096",
      description = "Rows of a batch of token files. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int rowsPerBatch;

  @Option(
      names = "--rows-per-shard",
      paramLabel = "N",
      description = "Write a folder of shards with this many rows each. Default: one file.")
  @Between(least = 1)
  Long rowsPerShard;

  @Option(
      names = "--unchecked",
      description = "Take tokens as they are, without sums and the range of the codebook.")
  boolean unchecked;

  @Override
  public Integer call() throws Exception {
    TokenFileOptions options = new TokenFileOptions(compression, rowsPerBatch, processor.threads);
    try (TokenDataset dataset =
        unchecked ? TokenDataset.openUnchecked(tokens) : TokenDataset.open(tokens)) {
      OptionalLong limit =
          rowsPerShard == null ? OptionalLong.empty() : OptionalLong.of(rowsPerShard);
      TokenConversion.run(
          new TokenConversion.Request(dataset, out, form, options, limit),
          ConsoleProgress.detect());
      output.print(
          Map.of("rows", dataset.size(), "out", out.toString()),
          "%,d rows: %s".formatted(dataset.size(), out));
    }
    return 0;
  }
}
