package io.github.ideal4j.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal import}. */
@Command(
    name = "import",
    description = "Take over a model that others trained, as a run folder.",
    footer = {
      "",
      "Examples:",
      "  ideal import ideal --weights model.safetensors --config sizes.json \\",
      "      --out runs/ideal"
    },
    subcommands = {
      ImportIdealCommand.class,
      ImportLlamagenCommand.class,
      ImportRarCommand.class,
      CommandLine.HelpCommand.class
    })
final class ImportCommand implements Runnable {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which kind? 'ideal import --help' lists them");
  }
}
