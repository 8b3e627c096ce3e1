package io.github.ideal4j.cli;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.pipeline.BegunImages;
import io.github.ideal4j.pipeline.Sampling;
import io.github.ideal4j.pipeline.TokenMask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ideal sample}. */
@Command(
    name = "sample",
    description = {
      "Draw new images of given classes, parts of images, or their continuation.",
      "Equal seeds give equal tokens, from any program that runs the same prior.onnx."
    },
    footer = {
      "",
      "Examples:",
      "  ideal sample --bundle models/tiny --label sunflower --label Motorbikes \\",
      "      --count 8 --guidance 2 --out sheet.png",
      "  ideal sample --tokens tokens.arrow --rows 0:4 --mask 4:12,4:12 \\",
      "      --out redrawn.png",
      "  ideal sample --prompt photo.jpg --rows 8 --label sunflower --out continued.png"
    })
final class SampleCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin CommonOptions common;
  @Mixin ThreadsOption processor;
  @Mixin Output output;
  @Mixin BundleOptions bundle;

  @Option(
      names = "--label",
      paramLabel = "NAME|ID",
      description = "A class, by name or number. May be given often. Default: all in turn.")
  List<String> labels = new ArrayList<>();

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Images of each class, or of each begun image. Default: 8, or 4.")
  @Between(least = 1)
  Integer count;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "All chance follows from it. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--guidance",
      paramLabel = "G",
      defaultValue = "2",
      description = {
        "How much the class counts; 1 is without guidance. Default: ${DEFAULT-VALUE}.",
        "As NAME:G[:P] it changes from step to step, such as power-cosine:16:2.75;",
        "see docs/prior.md for the names."
      })
  String guidance;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "1",
      description =
          "0 and more: below 1 is safer, 0 takes the likeliest token. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0)
  double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Draw from the K likeliest tokens only; 0 for all. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0)
  int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description =
          "Draw from the likeliest tokens with a probability of P together, 0 to 1. Default: ${DEFAULT-VALUE}.")
  @Between(least = 0, most = 1)
  double topP;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR|SHEET.png",
      description = "One sheet if the name ends in .png, else a folder of pictures.")
  Path out;

  @Option(
      names = "--beside",
      paramLabel = "SRC",
      description = "Photographs of the same classes above those that are drawn, on the sheet.")
  Path beside;

  @Option(names = "--tokens-out", paramLabel = "FILE", description = "Write the drawn tokens, too.")
  Path tokensOut;

  @Option(
      names = "--tokens",
      paramLabel = "FILE|DIR",
      description = "Draw parts of images anew: tokens of this bundle, with --mask.")
  Path tokens;

  @Option(
      names = "--mask",
      paramLabel = "R0:R1,C0:C1",
      description = {
        "With --tokens: rows R0 to R1 and columns C0 to C1 of the grid are drawn, R1 and C1 not",
        "among them. May be given often."
      })
  List<String> masks = new ArrayList<>();

  @Option(
      names = "--prompt",
      paramLabel = "IMAGE",
      description = "Go on with an image, of which the upper --rows N stay.")
  Path prompt;

  @Option(
      names = "--rows",
      paramLabel = "A:B|N",
      description = {
        "With --tokens: images A to B of the file, without B. Default: the first 8.",
        "With --prompt: rows of tokens that stay. Default: half of them."
      })
  String rows;

  @Override
  public Integer call() throws Exception {
    Optional<BegunImages> begun = begun();
    int each = count != null ? count : begun.isPresent() ? 4 : 8;
    Sampling.Request request =
        new Sampling.Request(
            bundle.bundle(spec),
            labels,
            begun,
            each,
            seed,
            new SamplingOptions(GuidanceSchedule.parse(guidance), temperature, topK, topP),
            out,
            Optional.ofNullable(beside),
            Optional.ofNullable(tokensOut),
            bundle.settings(processor.threads));
    Sampling.Result result = Sampling.run(request, ConsoleProgress.detect());
    output.print(result, result.text());
    return 0;
  }

  private Optional<BegunImages> begun() throws IOException {
    if (tokens != null && prompt != null) {
      throw new ParameterException(spec.commandLine(), "give --tokens or --prompt, not both");
    }
    if (tokens == null && !masks.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--mask is of --tokens");
    }
    if (tokens != null && masks.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--tokens needs a --mask, such as --mask 4:12,4:12");
    }
    if (tokens != null) {
      RowRange range = rows == null ? firstRows() : RowRange.parse(spec, rows);
      return Optional.of(
          new BegunImages.Masked(
              tokens, range.from(), range.to(), masks.stream().map(TokenMask::parse).toList()));
    }
    if (prompt != null) {
      return Optional.of(new BegunImages.Prompt(prompt, promptRows()));
    }
    if (rows != null) {
      throw new ParameterException(spec.commandLine(), "--rows is of --tokens or --prompt");
    }
    return Optional.empty();
  }

  private RowRange firstRows() throws IOException {
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      return new RowRange(0, Math.min(8, dataset.size()));
    }
  }

  private int promptRows() throws IOException {
    if (rows == null) {
      BundleDescription.Grid grid = Bundle.open(bundle.bundle(spec)).description().grid();
      return Math.max(1, grid.rows() / grid.codebooks() / 2);
    }
    if (!rows.matches("\\d{1,6}")) {
      throw new ParameterException(
          spec.commandLine(), "--rows is '%s'; with --prompt a number is valid".formatted(rows));
    }
    return Integer.parseInt(rows);
  }
}
