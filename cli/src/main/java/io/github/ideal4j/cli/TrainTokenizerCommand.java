package io.github.ideal4j.cli;

import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.pipeline.TokenizerTraining;
import io.github.ideal4j.pipeline.TrainingEstimate;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.training.FeatureCache;
import java.io.IOException;
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

/** {@code ideal train tokenizer}. */
@Command(
    name = "tokenizer",
    description = {
      "Train a tokenizer on photographs with a frozen backbone.",
      "Writes a run folder; 'ideal export' makes a bundle of it."
    },
    footer = {
      "",
      "Examples:",
      "  ideal train tokenizer --data photos.zip --split train \\",
      "      --set training.steps=5000 --out runs/tokenizer",
      "After Ctrl-C or a crash the same line with --resume goes on."
    })
final class TrainTokenizerCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin TrainingOptions training;
  @Mixin TokenizerTrainingOptions tokenizer;

  @Option(
      names = "--data",
      paramLabel = "SRC",
      description = {
        "Photographs: a folder (class/name.jpg, or flat), a .zip or a .tar of the same, with an",
        "optional labels.csv; or what Hugging Face's save_to_disk wrote.",
        "Default: the photographs that come with the project."
      })
  Path data;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = "train",
      description = "The split to train on, if labels.csv has splits. Default: ${DEFAULT-VALUE}.")
  String split;

  @Option(
      names = "--validation-split",
      paramLabel = "NAME",
      defaultValue = "test",
      description = "The split to measure on during training. Default: ${DEFAULT-VALUE}.")
  String validationSplit;

  @Option(
      names = "--strict",
      description = "Stop at a missing or unreadable photograph instead of skipping it.")
  boolean strict;

  @Option(
      names = "--feature-type",
      paramLabel = "TYPE",
      defaultValue = "float16",
      description =
          "How features are kept: float16, or float32 at twice the size. Default: ${DEFAULT-VALUE}.")
  FeatureCache.Precision precision;

  @Override
  public Integer call() throws Exception {
    TokenizerTrainingConfig config =
        TokenizerTrainingConfig.PRESETS.load(
            tokenizer.preset, Optional.ofNullable(training.config), settings());
    if (training.dryRun) {
      TrainingEstimate.Result estimate =
          TrainingEstimate.tokenizer(config, Optional.ofNullable(tokenizer.backbone));
      output.print(estimate, estimate.text());
      return 0;
    }
    TokenizerTraining.Request request =
        new TokenizerTraining.Request(
            trainOn(),
            validateOn(),
            tokenizer.backbone(),
            config,
            tokenizer.features(),
            precision,
            training.out(spec),
            training.resume,
            training.where.device,
            processor.threads);
    TokenizerTraining.Result result = TokenizerTraining.run(request, ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }

  private Photographs trainOn() throws IOException {
    boolean splits = hasSplit(split);
    return new Photographs(
        source(), new ImageSelection(splits ? split : null, tokenizer.every), strict);
  }

  private Optional<Photographs> validateOn() throws IOException {
    return hasSplit(validationSplit)
        ? Optional.of(
            new Photographs(
                source(), new ImageSelection(validationSplit, tokenizer.validationEvery), strict))
        : Optional.empty();
  }

  private Path source() {
    return data == null ? ShippedFiles.locate().photographs() : data;
  }

  private boolean hasSplit(String name) throws IOException {
    try (ImageSource opened = ImageSource.open(source())) {
      return opened.entries().stream().anyMatch(entry -> name.equals(entry.split()));
    }
  }

  private List<String> settings() {
    List<String> settings = new ArrayList<>(training.settings);
    if (training.seed != null) {
      settings.add("training.seed=" + training.seed);
    }
    return settings;
  }
}
