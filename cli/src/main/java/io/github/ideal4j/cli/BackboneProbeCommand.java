package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.BackboneProbe;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.ShippedFiles;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ideal backbone probe}. */
@Command(
    name = "probe",
    description = {
      "For every block: how well its tokens predict pixels, and how well the class.",
      "The shallow level of a tokenizer is best where pixels are still known, the deep "
          + "one where classes are."
    },
    footer = {
      "",
      "Examples:",
      "  ideal backbone probe dinov2-base/ --data photos.zip --image-size 224"
    })
final class BackboneProbeCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin DeviceOption where;

  @Parameters(
      paramLabel = "DIR|FILE",
      arity = "0..1",
      description = {
        "A Hugging Face folder, or a safetensors file with timm's names.",
        "Default: the ViT-Ti/16 that comes with the project."
      })
  Path path;

  @Option(
      names = "--data",
      paramLabel = "SRC",
      description = {
        "Labeled photographs with the splits train and test.",
        "Default: the photographs that come with the project."
      })
  Path data;

  @Option(
      names = "--train-every",
      paramLabel = "N",
      defaultValue = "6",
      description = "Fit on every N-th photograph of the split train. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int trainEvery;

  @Option(
      names = "--test-every",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Measure on every N-th photograph of the split test. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int testEvery;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      defaultValue = "64",
      description = "Side that photographs are brought to. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int imageSize;

  @Option(
      names = "--input-size",
      paramLabel = "PIXELS",
      defaultValue = "256",
      description = "Side that the backbone sees, enlarged from it. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int inputSize;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Of the classifiers. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Override
  public Integer call() throws Exception {
    Path backbone = path == null ? ShippedFiles.locate().backbone() : path;
    Photographs all = Photographs.all(data == null ? ShippedFiles.locate().photographs() : data);
    BackboneProbe.Result result =
        BackboneProbe.run(
            new BackboneProbe.Request(
                backbone,
                all.select("train", trainEvery),
                all.select("test", testEvery),
                imageSize,
                inputSize,
                seed,
                where.device,
                processor.threads),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
