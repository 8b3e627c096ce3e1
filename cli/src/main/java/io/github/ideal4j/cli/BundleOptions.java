package io.github.ideal4j.cli;

import io.github.ideal4j.onnx.serving.Provider;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.pipeline.ShippedFiles;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which bundle a command serves from, and where it runs. */
final class BundleOptions {

  @Option(
      names = "--bundle",
      paramLabel = "B",
      description = "The bundle's folder. Default: models/tiny, which comes with the project.")
  Path bundle;

  @Option(
      names = "--provider",
      paramLabel = "WHERE",
      defaultValue = "cpu",
      description = "cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  String provider;

  Path bundle(CommandSpec spec) {
    if (bundle != null) {
      return bundle;
    }
    return ShippedFiles.locate()
        .bundle()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(), "this checkout has no models/tiny; give --bundle"));
  }

  SessionSettings settings(int threads) {
    return new SessionSettings(Provider.parse(provider), threads);
  }
}
