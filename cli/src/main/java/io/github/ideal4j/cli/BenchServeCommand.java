package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.pipeline.bench.ServeBenchmark;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ideal bench serve}. */
@Command(
    name = "serve",
    description = {
      "Put a server on this machine under load: throughput beside this process alone, "
          + "latency at 25, 50, 80 and 400 %% of capacity.",
      "With --cut-off, --damage or --soak try its endurance instead, with a bundle "
          + "whose graphs cost nothing. Clients run in the same process."
    },
    footer = {
      "",
      "Examples:",
      "  ideal bench serve --seconds 30",
      "  IDEAL_JAVA_OPTS=-Xmx512m ideal bench serve --cut-off 1000 --damage 100000 \\",
      "      --soak 200000"
    })
final class BenchServeCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin BundleOptions bundle;

  @Option(
      names = "--images",
      paramLabel = "SRC",
      description = "Photographs, of which 64 are sent. Default: those of the project.")
  Path images;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "Length of each load. Default: 15, or no load with the other trials.")
  @Between(least = 0)
  Double seconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds of the throughput; the median counts. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int rounds;

  @ArgGroup(exclusive = false, heading = "%nBatches and queues:%n")
  BatchingOptions batches = new BatchingOptions();

  @Option(names = "--soak", paramLabel = "N", description = "Send N requests, watch memory.")
  @Between(least = 1)
  Integer soak;

  @Option(
      names = "--cut-off",
      paramLabel = "N",
      description = "N clients that reset their connection in mid-request or mid-answer.")
  @Between(least = 1)
  Integer cutOff;

  @Option(names = "--damage", paramLabel = "N", description = "N damaged copies of requests.")
  @Between(least = 1)
  Integer damage;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "All chance follows from it. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Override
  public Integer call() throws Exception {
    boolean others = soak != null || cutOff != null || damage != null;
    ServeBenchmark.Result result =
        ServeBenchmark.run(
            new ServeBenchmark.Request(
                bundle.bundle(spec),
                images == null ? ShippedFiles.locate().photographs() : images,
                bundle.settings(processor.threads),
                batches.settings(),
                Optional.ofNullable(seconds)
                    .or(() -> others ? Optional.empty() : Optional.of(15.0)),
                rounds,
                Optional.ofNullable(soak),
                Optional.ofNullable(cutOff),
                Optional.ofNullable(damage),
                seed),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return result.good() ? 0 : 1;
  }
}
