package io.github.ideal4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal classify}: Tribuo models on tokens. */
@Command(
    name = "classify",
    description = "Tribuo models of tokens: train, predict, and find out what pays.",
    footer = {
      "",
      "Examples:",
      "  ideal classify train --tokens train.arrow --features pyramid \\",
      "      --out model.tribuo",
      "  ideal classify predict --tokens test.arrow --model model.tribuo"
    },
    subcommands = {
      ClassifyTrainCommand.class,
      ClassifyPredictCommand.class,
      ClassifyCompareCommand.class,
      ClassifyClusterCommand.class,
      ClassifyAnomaliesCommand.class
    })
final class ClassifyCommand implements Runnable {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "classify how? train, predict, compare, cluster or anomalies");
  }
}
