package io.github.ideal4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What both trainings take. */
final class TrainingOptions {

  @Option(
      names = "--out",
      paramLabel = "RUN",
      description = "The run folder to make: configuration, metrics, checkpoints.")
  Path out;

  @Option(
      names = "--resume",
      description = "Go on with the run in --out; the same data and settings are needed.")
  boolean resume;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML whose values replace those of the preset.")
  Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replaces one value, such as training.steps=5000. May be given often.")
  List<String> settings = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "All chance follows from it. Default: that of the preset.")
  Long seed;

  @Mixin DeviceOption where;

  @Option(
      names = "--dry-run",
      description = {
        "Print the complete configuration and what it would cost (parameters, FLOP, memory, days on",
        "one GPU), and stop."
      })
  boolean dryRun;

  /** The run folder, which only a dry run can do without. */
  Path out(CommandSpec spec) {
    if (out == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--out=RUN'");
    }
    return out;
  }
}
