package io.github.ideal4j.cli;

import io.github.ideal4j.image.DecodingOptions;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.pipeline.bench.DecodeFuzzing;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal bench decode}. */
@Command(
    name = "decode",
    description =
        "Damage image files by a seed and decode each: it must be refused, or come out as "
            + "in Pillow.",
    footer = {"", "Examples:", "  ideal bench decode --damage 50000 --python .venv/bin/python"})
final class BenchDecodeCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Option(
      names = "--images",
      paramLabel = "SRC",
      description = "Photographs to damage. Default: those of the project.")
  Path images;

  @Option(
      names = "--damage",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Damaged files. Default: ${DEFAULT-VALUE}.")
  @Between(least = 1)
  int damage;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of the damage. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--decoder",
      paramLabel = "NAME",
      defaultValue = "jdk",
      description = "jdk, leptonica or auto. Default: ${DEFAULT-VALUE}.")
  DecodingOptions.Decoder decoder;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "A Python with Pillow, to compare with.")
  String python;

  @Override
  public Integer call() throws Exception {
    DecodeFuzzing.Result result =
        DecodeFuzzing.run(
            new DecodeFuzzing.Request(
                images == null ? ShippedFiles.locate().photographs() : images,
                damage,
                seed,
                decoder,
                Optional.ofNullable(python)),
            ConsoleProgress.detect());
    output.print(result, result.text());
    return result.passed() ? 0 : 1;
  }
}
