package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.comparison.ClusteringComparison;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal classify cluster}. */
@Command(
    name = "cluster",
    description = "Whether k-means finds the classes again, without being told them.",
    footer = {
      "",
      "Examples:",
      "  ideal classify cluster --tokens train.arrow --bundle models/tiny \\",
      "      --features 'boc;pooled'"
    })
final class ClassifyClusterCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin FamilyOptions families;
  @Mixin SeedsOption seeds;

  @Option(
      names = "--clusters",
      paramLabel = "K",
      defaultValue = "0",
      description = "How many; 0 takes as many as there are classes. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0)
  int clusters;

  @Override
  public Integer call() throws Exception {
    ClusteringComparison.Result result =
        ClusteringComparison.run(
            new ClusteringComparison.Request(
                families.sources(null, processor.threads),
                families.features,
                clusters,
                seeds.seeds,
                processor.threads),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
