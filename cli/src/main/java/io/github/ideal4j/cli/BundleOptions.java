package io.github.ideal4j.cli;

import io.github.ideal4j.onnx.serving.Provider;
import io.github.ideal4j.onnx.serving.SessionSettings;
import picocli.CommandLine.Mixin;

/** Which bundle a command serves from, and where it runs. */
final class BundleOptions extends BundleOption {

  @Mixin ProviderOption provider;

  Provider provider() {
    return provider.provider();
  }

  SessionSettings settings(int threads) {
    return provider.settings(threads);
  }
}
