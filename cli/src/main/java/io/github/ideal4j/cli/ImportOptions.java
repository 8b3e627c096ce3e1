package io.github.ideal4j.cli;

import io.github.ideal4j.pipeline.ImportRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all imports take. */
final class ImportOptions {

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "FILE",
      description = "Safetensors with the release's names.")
  Path weights;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "JSON of its sizes, listed above.")
  Path sizes;

  @Option(
      names = "--check",
      paramLabel = "FILE",
      description = "A reference to compare with; what it can hold is listed above.")
  Path check;

  @Option(names = "--out", paramLabel = "RUN", description = "The run folder to make.")
  Path out;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "Says what the sizes do not, such as training.batch=64 or, of a tokenizer,",
        "backbone.deepLayer=24. May be given often.",
        "Default: what the preset named above says."
      })
  List<String> settings = new ArrayList<>();

  @Mixin DeviceOption where;

  ImportRequest request(int threads) {
    return new ImportRequest(
        weights,
        sizes,
        settings,
        Optional.ofNullable(check),
        Optional.ofNullable(out),
        where.device,
        threads);
  }
}
