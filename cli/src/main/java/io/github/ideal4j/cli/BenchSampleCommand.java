package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.bench.SampleBenchmark;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ideal bench sample}. */
@Command(
    name = "sample",
    description = {
      "Time the drawing of tokens: one run of prior.onnx, the same by Python with "
          + "prior-step.onnx in turns, and the kernels of our run alone, from a profile.",
      "Both sides draw with the same numbers, and their tokens are compared."
    },
    footer = {
      "",
      "Examples:",
      "  ideal bench sample --bundle B",
      "  ideal bench sample --bundle B --python .venv/bin/python --batch 1,8"
    })
final class BenchSampleCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin BundleOptions bundle;

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8",
      description = "Images in a run. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  List<Integer> batches;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      defaultValue = "1",
      description = "Of all steps; 1 is without. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0)
  double guidance;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "200",
      description = "Of the runs with filters. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0)
  int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "0.9",
      description = "Of the runs with filters. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0, most = 1)
  double topP;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds of each, of which the median is shown. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int rounds;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "A Python with numpy and onnxruntime, to compare with.")
  String python;

  @Override
  public Integer call() throws Exception {
    SampleBenchmark.Result result =
        SampleBenchmark.run(
            new SampleBenchmark.Request(
                bundle.bundle(spec),
                batches,
                guidance,
                topK,
                topP,
                bundle.settings(processor.threads),
                rounds,
                Optional.ofNullable(python)),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
