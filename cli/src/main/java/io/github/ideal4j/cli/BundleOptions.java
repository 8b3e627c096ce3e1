package io.github.ideal4j.cli;

import io.github.ideal4j.onnx.serving.Provider;
import io.github.ideal4j.onnx.serving.SessionSettings;
import picocli.CommandLine.Option;

/** Which bundle a command serves from, and where it runs. */
final class BundleOptions extends BundleOption {

  @Option(
      names = "--provider",
      paramLabel = "WHERE",
      defaultValue = "cpu",
      description = "cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  String provider;

  SessionSettings settings(int threads) {
    return new SessionSettings(Provider.parse(provider), threads);
  }
}
