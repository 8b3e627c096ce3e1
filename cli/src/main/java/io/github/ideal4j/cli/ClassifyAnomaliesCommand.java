package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.comparison.AnomalyComparison;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal classify anomalies}. */
@Command(
    name = "anomalies",
    description = "Whether images of a class stand out that was held out of the training.",
    footer = {
      "",
      "Examples:",
      "  ideal classify anomalies --tokens train.arrow --test test.arrow \\",
      "      --features 'boc;pyramid'"
    })
final class ClassifyAnomaliesCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;
  @Mixin FamilyOptions families;

  @Option(
      names = "--test",
      required = true,
      paramLabel = "FILE|DIR",
      description = "Other tokens with labels to measure on.")
  Path test;

  @Option(
      names = "--held-out",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many classes are held out, one by one. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int heldOut;

  @Option(
      names = "--nu",
      paramLabel = "SHARE",
      defaultValue = "0.1",
      description = "Share of known images that may look strange. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0, most = 1)
  double nu;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "All chance follows from it. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Override
  public Integer call() throws Exception {
    AnomalyComparison.Result result =
        AnomalyComparison.run(
            new AnomalyComparison.Request(
                families.sources(test, Runtime.getRuntime().availableProcessors()),
                families.features,
                heldOut,
                nu,
                seed),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
