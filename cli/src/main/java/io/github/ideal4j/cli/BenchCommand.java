package io.github.ideal4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal bench}: measurements that anyone can repeat. */
@Command(
    name = "bench",
    description = "Measure on this machine, beside other ways of doing the same.",
    footer = {
      "",
      "Examples:",
      "  ideal bench encode --count 64",
      "  ideal bench tokens --python .venv/bin/python"
    },
    subcommands = {
      BenchEncodeCommand.class,
      BenchDecodeCommand.class,
      BenchFlowCommand.class,
      BenchBackboneCommand.class,
      BenchTokensCommand.class,
      BenchFeaturesCommand.class,
      BenchSampleCommand.class,
      BenchServeCommand.class,
      BenchTrainCommand.class
    })
final class BenchCommand implements Runnable {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what to measure? encode, decode, flow, backbone, tokens, features, sample, serve or train");
  }
}
