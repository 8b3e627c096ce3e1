package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.bench.TokenBenchmark;
import io.github.ideal4j.pipeline.bench.TokenFuzzing;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal bench tokens}. */
@Command(
    name = "tokens",
    description = {
      "Time writing and reading of token files, and the same with pyarrow in turns.",
      "With --damage, try to break the reader with damaged files instead."
    },
    footer = {
      "",
      "Examples:",
      "  ideal bench tokens --python .venv/bin/python --folder /dev/shm",
      "  ideal bench tokens --damage 200000"
    })
final class BenchTokensCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Where to write; a disk in memory shows the software alone. Default: the system's folder for temporary files.")
  Path folder = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Rows of 256 tokens in a file. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int count;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "9",
      description = "Rounds of each side, in turns; medians are shown. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int rounds;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "A Python with pyarrow and numpy, to compare with.")
  String python;

  @Option(
      names = "--damage",
      paramLabel = "N",
      description = "Read N damaged files: each must be refused or give what was written.")
  @Between(least = 1)
  Long damage;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "All damage follows from it. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Override
  public Integer call() throws Exception {
    if (damage != null) {
      TokenFuzzing.Result result = TokenFuzzing.run(folder, damage, seed, ConsoleProgress.detect());
      output.print(result, result.text());
      return result.failures().isEmpty() ? 0 : 1;
    }
    TokenBenchmark.Result result =
        TokenBenchmark.run(
            new TokenBenchmark.Request(
                folder, count, rounds, processor.threads, Optional.ofNullable(python)),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
