package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.bench.FlowBenchmark;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ideal bench flow}. */
@Command(
    name = "flow",
    description =
        "Tokenize many synthetic photographs and tell how much memory it took: as much "
            + "for a hundred as for a hundred thousand, but for their list.",
    footer = {"", "Examples:", "  IDEAL_JAVA_OPTS=-Xmx512m ideal bench flow --count 100000"})
final class BenchFlowCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin BundleOption bundle;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Photographs. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int count;

  @Option(
      names = "--side",
      paramLabel = "PIXELS",
      defaultValue = "96",
      description = "Of the photographs. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int side;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "Photographs in one run of the encoder. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int batch;

  @Override
  public Integer call() throws Exception {
    FlowBenchmark.Result result =
        FlowBenchmark.run(
            new FlowBenchmark.Request(bundle.bundle(spec), count, side, processor.threads, batch),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
