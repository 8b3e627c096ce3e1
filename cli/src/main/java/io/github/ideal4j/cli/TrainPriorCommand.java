package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.PriorTraining;
import io.github.ideal4j.pipeline.TrainingEstimate;
import io.github.ideal4j.prior.PriorTrainingConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal train prior}. */
@Command(
    name = "prior",
    description = {
      "Train a prior on tokens: class-conditional with labels, else unconditional.",
      "Tokens may be of any tokenizer and larger than memory. Writes a run folder; "
          + "'ideal export' puts the prior into a bundle."
    },
    footer = {
      "",
      "Examples:",
      "  ideal train prior --tokens train.arrow --validation test.arrow \\",
      "      --out runs/prior",
      "  ideal train prior --tokens from-python.arrow --set data.codebookSize=1024 \\",
      "      --out runs/prior",
      "After Ctrl-C or a crash the same line with --resume goes on."
    })
final class TrainPriorCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin TrainingOptions training;

  @Option(
      names = "--tokens",
      paramLabel = "FILE|DIR",
      description = {
        "Tokens to train on. With a column 'view' rows of one id are views of an image, of which each"
            + " epoch takes one by chance."
      })
  Path tokens;

  @Option(
      names = "--mirrored",
      paramLabel = "FILE|DIR",
      description = "Tokens of the mirrored photographs, in the same order.")
  Path mirrored;

  @Option(names = "--unconditional", description = "Do not look at labels: train without classes.")
  boolean unconditional;

  @Option(
      names = "--validation",
      paramLabel = "FILE|DIR",
      description = "Tokens to measure on during training.")
  Path validation;

  @Option(
      names = "--bundle",
      paramLabel = "B",
      description = {
        "Refuse tokens that this bundle did not make; those that name no tokenizer are taken as its."
      })
  Path bundle;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "tiny",
      description = {
        "tiny, tiny-long, b, l, xxl, 3b, rar-b, rar-l, rar-xl or rar-xxl.",
        "Default: ${DEFAULT-VALUE}."
      })
  String preset;

  @Override
  public Integer call() throws Exception {
    List<String> settings = new ArrayList<>(training.settings);
    if (training.seed != null) {
      settings.add("training.seed=" + training.seed);
    }
    PriorTrainingConfig config =
        PriorTrainingConfig.PRESETS.load(preset, Optional.ofNullable(training.config), settings);
    if (training.dryRun) {
      TrainingEstimate.Result estimate =
          TrainingEstimate.prior(config, Optional.ofNullable(tokens));
      output.print(estimate, estimate.text());
      return 0;
    }
    if (tokens == null) {
      throw new ParameterException(
          spec.commandLine(), "Missing required option: '--tokens=FILE|DIR'");
    }
    PriorTraining.Request request =
        new PriorTraining.Request(
            tokens,
            Optional.ofNullable(mirrored),
            Optional.ofNullable(validation),
            unconditional,
            Optional.ofNullable(bundle),
            config,
            training.out(spec),
            training.resume,
            training.where.device,
            processor.threads);
    PriorTraining.Result result = PriorTraining.run(request, ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
