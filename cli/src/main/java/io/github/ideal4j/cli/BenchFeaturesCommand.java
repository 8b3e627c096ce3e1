package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.bench.FeatureBenchmark;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal bench features}. */
@Command(
    name = "features",
    description = "Time and memory of Tribuo examples made of tokens, and the naive way beside it.",
    footer = {
      "",
      "Examples:",
      "  ideal bench features --count 5000",
      "  ideal bench features --bundle models/tiny --features 'boc;pooled'"
    })
final class BenchFeaturesCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Option(
      names = "--features",
      split = ";",
      paramLabel = "SPEC",
      defaultValue =
          "boc;boc:count;tfidf;pyramid;pyramid:3;bigrams;positional;positional:0;boc+pyramid",
      description = "Families, with semicolons between. Default: ${DEFAULT-VALUE}.")
  List<String> families;

  @Option(
      names = "--bundle",
      paramLabel = "B",
      description = "Measure its grid and codebook, and features that need a bundle.")
  Path bundle;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Examples of each. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int count;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds of each, the best of which is shown. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int rounds;

  @Override
  public Integer call() throws Exception {
    FeatureBenchmark.Result result =
        FeatureBenchmark.run(
            new FeatureBenchmark.Request(families, Optional.ofNullable(bundle), count, rounds),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
