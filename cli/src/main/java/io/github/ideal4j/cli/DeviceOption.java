package io.github.ideal4j.cli;

import picocli.CommandLine.Option;

/** Where a network runs that is trained, or not served. */
final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "WHERE",
      defaultValue = "auto",
      description = "auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  String device;
}
