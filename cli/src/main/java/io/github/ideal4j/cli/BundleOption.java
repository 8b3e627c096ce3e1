package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.ShippedFiles;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which bundle a command takes. */
class BundleOption {

  @Option(
      names = "--bundle",
      paramLabel = "B",
      description = "The bundle's folder. Default: models/tiny, which comes with the project.")
  Path bundle;

  Path bundle(CommandSpec spec) {
    return bundle == null ? shipped(spec) : bundle;
  }

  /** The bundle that comes with the project. */
  static Path shipped(CommandSpec spec) {
    return ShippedFiles.locate()
        .bundle()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(), "this checkout has no models/tiny; give --bundle"));
  }
}
