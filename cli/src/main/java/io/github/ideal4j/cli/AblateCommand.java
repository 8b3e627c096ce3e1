package io.github.ideal4j.cli;

import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.pipeline.Ablation;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.ShippedFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal ablate}. */
@Command(
    name = "ablate",
    description = {
      "Train variants of a tokenizer with equal photographs, steps and seeds.",
      "Writes a run folder for each, runs.csv and report.html; what is done is not " + "repeated."
    },
    footer = {
      "",
      "Examples:",
      "  ideal ablate --set training.steps=1000 --seeds 0,1,2 --out runs/ablation",
      "  ideal ablate --variants full,'wide:model.codebook.dim=32' --seeds 0 \\",
      "      --out runs/wide"
    })
final class AblateCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Option(
      names = "--data",
      paramLabel = "SRC",
      description = {
        "Photographs with the splits train and test in labels.csv.",
        "Default: the photographs that come with the project."
      })
  Path data;

  @Option(
      names = "--every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Train on every N-th photograph only. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int every;

  @Option(
      names = "--validation-every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Measure on every N-th photograph only. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int validationEvery;

  @Option(
      names = "--backbone",
      paramLabel = "DIR|FILE",
      description = "The frozen backbone. Default: the ViT-Ti/16 that comes with the project.")
  Path backbone;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "tiny",
      description = "tiny, small, ideal-256 or ideal-384. Default: ${DEFAULT-VALUE}.")
  String preset;

  @Option(
      names = "--variants",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "full,no-shallow,linear-fusion,no-fusion,no-alignment",
      description = {
        "What is compared; or your own, as name:key=value;key=value.",
        "Default: ${DEFAULT-VALUE}."
      })
  List<String> variants;

  @Option(
      names = "--seeds",
      paramLabel = "S",
      split = ",",
      defaultValue = "0,1,2",
      description = "Each variant is trained with each. Default: ${DEFAULT-VALUE}.")
  List<Long> seeds;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replaces a value in all variants, such as training.steps=1000.")
  List<String> settings = new ArrayList<>();

  @Option(
      names = "--feature-cache",
      paramLabel = "DIR",
      description = "Folder of cached backbone features. Default: .ideal/features.")
  Path features;

  @Option(
      names = "--device",
      paramLabel = "WHERE",
      defaultValue = "auto",
      description = "auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  String device;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the runs, the table and the report.")
  Path out;

  @Override
  public Integer call() throws Exception {
    Path source = data == null ? ShippedFiles.locate().photographs() : data;
    Ablation.Result result =
        Ablation.run(
            new Ablation.Request(
                new Ablation.Shared(
                    new Photographs(source, new ImageSelection("train", every), false),
                    new Photographs(source, new ImageSelection("test", validationEvery), false),
                    backbone == null ? ShippedFiles.locate().backbone() : backbone,
                    features == null ? ShippedFiles.cache() : features,
                    out,
                    device,
                    common.threads),
                preset,
                settings,
                variants.stream().map(Ablation.Variant::of).toList(),
                seeds),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
