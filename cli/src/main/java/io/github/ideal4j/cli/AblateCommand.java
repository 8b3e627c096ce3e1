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
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin DeviceOption where;
  @Mixin TokenizerTrainingOptions tokenizer;

  @Option(
      names = "--data",
      paramLabel = "SRC",
      description = {
        "Photographs with the splits train and test in labels.csv.",
        "Default: the photographs that come with the project."
      })
  Path data;

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
                    new Photographs(source, new ImageSelection("train", tokenizer.every), false),
                    new Photographs(
                        source, new ImageSelection("test", tokenizer.validationEvery), false),
                    tokenizer.backbone(),
                    tokenizer.features(),
                    out,
                    where.device,
                    processor.threads),
                tokenizer.preset,
                settings,
                variants.stream().map(Ablation.Variant::of).toList(),
                seeds),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
