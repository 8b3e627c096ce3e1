package io.github.ideal4j.cli;

import picocli.CommandLine.Option;

/** Options that every command takes. */
final class CommonOptions {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  boolean help;

  @Option(names = "--verbose", description = "Show where an error came from.")
  boolean verbose;
}
