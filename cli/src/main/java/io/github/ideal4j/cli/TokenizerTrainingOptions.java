package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.ShippedFiles;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What is trained of which photographs, by one training of a tokenizer or by many. */
final class TokenizerTrainingOptions {

  @Option(
      names = "--every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Train on every N-th photograph only. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int every;

  @Option(
      names = "--validation-every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Measure on every N-th photograph only. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int validationEvery;

  @Option(
      names = "--backbone",
      paramLabel = "DIR|FILE",
      description = {
        "The frozen backbone: a Hugging Face folder, or a safetensors file with timm's names.",
        "Default: the ViT-Ti/16 that comes with the project."
      })
  Path backbone;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "tiny",
      description = "tiny, small, ideal-256 or ideal-384. Default: ${DEFAULT-VALUE}.")
  String preset;

  @Option(
      names = "--feature-cache",
      paramLabel = "DIR",
      description = {
        "Folder of cached backbone features, shared by runs.",
        "Default: .ideal/features."
      })
  Path features;

  Path backbone() {
    return backbone == null ? ShippedFiles.locate().backbone() : backbone;
  }

  Path features() {
    return features == null ? ShippedFiles.cache() : features;
  }
}
