package io.github.ideal4j.cli;

import io.github.ideal4j.onnx.serving.Provider;
import io.github.ideal4j.onnx.serving.SessionSettings;
import picocli.CommandLine.Option;

/** Where a graph runs, and what it may take there. */
final class ProviderOption {

  private static final long MEBIBYTE = 1 << 20;

  @Option(
      names = "--provider",
      paramLabel = "WHERE",
      defaultValue = "cpu",
      description = "cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  String provider;

  @Option(
      names = "--gpu-memory",
      paramLabel = "MIB",
      description = "On CUDA, most memory of each graph. Default: no limit.")
  @Between(least = 1)
  Integer gpuMemory;

  @Option(
      names = "--tf32",
      description =
          "On CUDA, let float32 products round their factors to 10 bits: faster, and some tokens"
              + " differ.")
  boolean tf32;

  Provider provider() {
    return Provider.parse(provider);
  }

  SessionSettings settings(int threads) {
    long limit = gpuMemory == null ? 0 : gpuMemory * MEBIBYTE;
    return new SessionSettings(provider(), threads).withMemoryLimit(limit).withTf32(tf32);
  }
}
