package io.github.ideal4j.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** Seeds of a measurement that is repeated. */
final class SeedsOption {

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "S",
      defaultValue = "0,1,2",
      description = "Seeds of all chance. Default: ${DEFAULT-VALUE}.")
  List<Long> seeds;
}
