package io.github.ideal4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal train}: the two trainings. */
@Command(
    name = "train",
    description = "Train a tokenizer on photographs, or a prior on tokens.",
    footer = {
      "",
      "Examples:",
      "  ideal train tokenizer --data photos/ --out runs/tokenizer",
      "  ideal train prior --tokens tokens.arrow --out runs/prior"
    },
    subcommands = {TrainTokenizerCommand.class, TrainPriorCommand.class})
final class TrainCommand implements Runnable {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "train what? 'ideal train tokenizer' or 'ideal train prior'");
  }
}
