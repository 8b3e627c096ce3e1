package io.github.ideal4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal backbone}: looking at frozen backbones. */
@Command(
    name = "backbone",
    description = "Look at a vision backbone as it was published: sizes, tokens, levels.",
    footer = {"", "Examples:", "  ideal backbone inspect dinov2-base/"},
    subcommands = {
      BackboneInspectCommand.class,
      BackboneRunCommand.class,
      BackboneProbeCommand.class
    })
final class BackboneCommand implements Runnable {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "what with the backbone? inspect, run or probe");
  }
}
