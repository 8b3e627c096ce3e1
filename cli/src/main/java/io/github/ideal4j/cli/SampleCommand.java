package io.github.ideal4j.cli;

import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.pipeline.Sampling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ideal sample}. */
@Command(
    name = "sample",
    description = {
      "Draw new images of given classes.",
      "Equal seeds give equal tokens, from any program that runs the same prior.onnx."
    },
    footer = {
      "",
      "Example:",
      "  ideal sample --bundle models/tiny --label sunflower --label Motorbikes --count 8 \\",
      "      --guidance 2 --out sheet.png"
    })
final class SampleCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin Output output;
  @Mixin BundleOptions bundle;

  @Option(
      names = "--label",
      paramLabel = "NAME|ID",
      description = "A class, by name or number. May be given often. Default: all in turn.")
  List<String> labels = new ArrayList<>();

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images of each class. Default: ${DEFAULT-VALUE}.")
  int count;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "All chance follows from it. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      defaultValue = "2",
      description = {
        "How much the class counts; 1 is without guidance. Default: ${DEFAULT-VALUE}.",
        "As NAME:G[:P] it changes from step to step, such as power-cosine:16:2.75;",
        "see docs/prior.md for the names."
      })
  String guidance;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "1",
      description = "Below 1 is safer, 0 takes the likeliest token. Default: ${DEFAULT-VALUE}.")
  double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Draw from the K likeliest tokens only; 0 for all. Default: ${DEFAULT-VALUE}.")
  int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Draw from the likeliest tokens that make up P. Default: ${DEFAULT-VALUE}.")
  double topP;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR|SHEET.png",
      description = "One sheet if the name ends in .png, else a folder of pictures.")
  Path out;

  @Option(names = "--tokens-out", paramLabel = "FILE", description = "Write the drawn tokens, too.")
  Path tokensOut;

  @Override
  public Integer call() throws Exception {
    Sampling.Request request =
        new Sampling.Request(
            bundle.bundle(spec),
            labels,
            count,
            seed,
            new SamplingOptions(GuidanceSchedule.parse(guidance), temperature, topK, topP),
            out,
            Optional.ofNullable(tokensOut),
            bundle.settings(common.threads));
    Sampling.Result result = Sampling.run(request, ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
