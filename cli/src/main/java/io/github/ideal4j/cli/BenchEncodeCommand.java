package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.pipeline.bench.EncodeBenchmark;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ideal bench encode}. */
@Command(
    name = "encode",
    description = {
      "Time the way from JPEG files to a token file, and the same in Python beside it.",
      "Both run the same encoder.onnx with equal threads, in turns."
    },
    footer = {
      "",
      "Examples:",
      "  ideal bench encode --count 64",
      "  ideal bench encode --python .venv/bin/python --side 64,480"
    })
final class BenchEncodeCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin BundleOptions bundle;

  @Option(
      names = "--images",
      paramLabel = "SRC",
      description = "Photographs to make the JPEG files of. Default: those of the project.")
  Path images;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "128",
      description = "How many photographs. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int count;

  @Option(
      names = "--side",
      paramLabel = "PIXELS",
      split = ",",
      defaultValue = "64,480",
      description = "Shorter sides of the files. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  List<Integer> sides;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "Photographs in one run of the encoder. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int batch;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds of each, of which the median is shown. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int rounds;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "A Python with Pillow, numpy, onnxruntime and pyarrow, to compare with.")
  String python;

  @Override
  public Integer call() throws Exception {
    EncodeBenchmark.Result result =
        EncodeBenchmark.run(
            new EncodeBenchmark.Request(
                bundle.bundle(spec),
                images == null ? ShippedFiles.locate().photographs() : images,
                count,
                sides,
                bundle.settings(processor.threads),
                batch,
                rounds,
                Optional.ofNullable(python)),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
