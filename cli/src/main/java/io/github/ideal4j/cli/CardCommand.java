package io.github.ideal4j.cli;

import io.github.ideal4j.export.ModelCard;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.BundleWriter;
import io.github.ideal4j.pipeline.evaluation.EvaluationFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ideal card}. */
@Command(
    name = "card",
    description = {
      "Write the model card of a bundle, as the Hugging Face Hub reads it: metadata as "
          + "YAML in front, then data, training, metrics, intended use, limits and how to use "
          + "it.",
      "'ideal export' puts one into every bundle; this makes it again with what came " + "since."
    },
    footer = {
      "",
      "Examples:",
      "  ideal evaluate --bundle bundles/mine --json > evaluation.json",
      "  ideal card bundles/mine --evaluation evaluation.json --license apache-2.0 \\",
      "      --out bundles/mine/README.md"
    })
final class CardCommand implements Callable<Integer> {

  private static final String STANDARD_OUTPUT = "-";

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Parameters(paramLabel = "BUNDLE", description = "The bundle's folder.")
  Path folder;

  @Option(
      names = "--out",
      paramLabel = "FILE|-",
      defaultValue = STANDARD_OUTPUT,
      description = {
        "Where to; the bundle's own README.md is replaced together with its sum in model.json.",
        "Default: ${DEFAULT-VALUE}, the standard output."
      })
  String out;

  @Option(
      names = "--evaluation",
      paramLabel = "FILE",
      description = {
        "What 'ideal evaluate --json' printed.",
        "Default: the last validation of the training, if the bundle has it."
      })
  Path evaluation;

  @Option(
      names = "--license",
      paramLabel = "ID",
      defaultValue = "unknown",
      description = "The license as the Hub names it. Default: ${DEFAULT-VALUE}.")
  String license;

  @Option(
      names = "--dataset",
      paramLabel = "ID",
      description = "A data set of the Hub that it was trained on; can be given several times.")
  List<String> datasets = List.of();

  @Override
  public Integer call() throws Exception {
    Bundle bundle = Bundle.open(folder);
    String card =
        ModelCard.of(bundle.description(), new ModelCard.Details(license, datasets, numbers()));
    if (out.equals(STANDARD_OUTPUT)) {
      output.print(Map.of("card", card), card);
      return 0;
    }
    write(bundle, card, Path.of(out));
    output.print(Map.of("out", out), out);
    return 0;
  }

  private static void write(Bundle bundle, String card, Path file) throws IOException {
    Path own = bundle.folder().resolve(BundleFiles.CARD).toAbsolutePath().normalize();
    if (file.toAbsolutePath().normalize().equals(own)) {
      BundleWriter.copyOf(bundle).addText(BundleFiles.CARD, card).write(bundle.folder());
    } else {
      AtomicFile.writeString(file, card);
    }
  }

  private Map<String, Double> numbers() throws IOException {
    return evaluation == null ? Map.of() : EvaluationFile.metrics(evaluation);
  }
}
