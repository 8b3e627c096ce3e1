package io.github.ideal4j.cli;

import picocli.CommandLine.Option;

/** How much of the processor a command may use. */
final class ThreadsOption {

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Processor threads to use. Default: all cores.")
  @Between(least = 1)
  int threads = Runtime.getRuntime().availableProcessors();
}
