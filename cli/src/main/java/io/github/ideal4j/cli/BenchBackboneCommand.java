package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.bench.BackboneBenchmark;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ideal bench backbone}. */
@Command(
    name = "backbone",
    description = {
      "Time the forward pass of a backbone, and that of PyTorch beside it.",
      "Both read the same weights and use equal threads, in turns."
    },
    footer = {"", "Examples:", "  ideal bench backbone dinov2-base/ --python .venv/bin/python"})
final class BenchBackboneCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;

  @Parameters(paramLabel = "DIR", description = "A Hugging Face folder.")
  Path path;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images in one pass. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int batch;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds of each. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int rounds;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "A Python with torch and transformers, to compare with.")
  String python;

  @Override
  public Integer call() throws Exception {
    BackboneBenchmark.Result result =
        BackboneBenchmark.run(
            new BackboneBenchmark.Request(
                path, batch, rounds, processor.threads, Optional.ofNullable(python)),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
