package io.github.ideal4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal classify}: Tribuo models on tokens. */
@Command(
    name = "classify",
    description = "Train a Tribuo classifier on tokens, or let one say the classes.",
    subcommands = {ClassifyTrainCommand.class, ClassifyPredictCommand.class})
final class ClassifyCommand implements Runnable {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "classify how? train or predict");
  }
}
