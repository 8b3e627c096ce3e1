package io.github.ideal4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal tokens}: looking at token files. */
@Command(
    name = "tokens",
    description = "Look at token files, convert and score them.",
    footer = {
      "",
      "Examples:",
      "  ideal tokens head tokens.arrow",
      "  ideal tokens convert tokens.arrow --to csv --out tokens.csv"
    },
    subcommands = {
      TokensInspectCommand.class,
      TokensVerifyCommand.class,
      TokensHeadCommand.class,
      TokensConvertCommand.class,
      TokensScoreCommand.class
    })
final class TokensCommand implements Runnable {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "what with the tokens? inspect, verify, head, convert or score");
  }
}
