package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.Classifying;
import io.github.ideal4j.pipeline.Trainers;
import io.github.ideal4j.tribuo.features.FeatureSpec;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal classify train}. */
@Command(
    name = "train",
    description = "Train a Tribuo classifier on the labeled rows of a token file.",
    footer = {
      "",
      "Examples:",
      "  ideal classify train --tokens train.arrow --test test.arrow \\",
      "      --features pyramid --out model.tribuo --report report",
      "  ideal classify train --config regression.xml --out model.tribuo",
      "A configuration file names the components 'trainer', 'train' and, if wanted,",
      "'test'."
    })
final class ClassifyTrainCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;

  @Option(names = "--tokens", paramLabel = "FILE|DIR", description = "Tokens with labels.")
  Path tokens;

  @Option(
      names = "--test",
      paramLabel = "FILE|DIR",
      description = "Other tokens with labels to measure on.")
  Path test;

  @Option(
      names = "--features",
      paramLabel = "SPEC",
      defaultValue = FeatureSpec.DEFAULT,
      description = {
        "What is made of the tokens: " + FeatureSpec.VALID + ".",
        "Default: ${DEFAULT-VALUE}."
      })
  String features;

  @Option(
      names = "--bundle",
      paramLabel = "B",
      description = "The tokenizer's bundle, for pooled, decoded and prior.")
  Path bundle;

  @Option(
      names = "--trainer",
      paramLabel = "NAME",
      defaultValue = Trainers.DEFAULT,
      description = "logistic, liblinear, fm, random-forest or knn. Default: ${DEFAULT-VALUE}.")
  String trainer;

  @Option(
      names = "--config",
      paramLabel = "FILE.xml",
      description = "A Tribuo configuration file that says all of it instead.")
  Path config;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Seed of all chance. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Folder for evaluation.txt, confusion.png and model-card.json.")
  Path report;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "MODEL.tribuo",
      description = "The model to write, in Tribuo's own format.")
  Path out;

  @Override
  public Integer call() throws Exception {
    if ((tokens == null) == (config == null)) {
      throw new ParameterException(spec.commandLine(), "give either --tokens or --config");
    }
    if (config != null && !config.toString().matches(".*\\.(xml|json)")) {
      throw new ParameterException(
          spec.commandLine(),
          "--config %s is no configuration of Tribuo; a file .xml would be valid"
              .formatted(config));
    }
    Classifying.Result result =
        config != null
            ? Classifying.run(config, out, Optional.ofNullable(report))
            : Classifying.run(
                new Classifying.Request(
                    tokens,
                    Optional.ofNullable(test),
                    FeatureSpec.parse(features),
                    Optional.ofNullable(bundle),
                    trainer,
                    seed,
                    processor.threads,
                    out,
                    Optional.ofNullable(report)),
                ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }
}
