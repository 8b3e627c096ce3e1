package io.github.ideal4j.cli;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.tribuo.LabelPrediction;
import io.github.ideal4j.tribuo.TokenClassifier;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal classify predict}. */
@Command(
    name = "predict",
    description = "Say the class of every row of a token file.",
    footer = {
      "",
      "Example:",
      "  ideal classify predict --tokens test.arrow --model model.tribuo --out labels.csv"
    })
final class ClassifyPredictCommand implements Callable<Integer> {

  @Mixin CommonOptions common;
  @Mixin Output output;

  @Option(
      names = "--tokens",
      required = true,
      paramLabel = "FILE|DIR",
      description = "Tokens of the tokenizer that the model was trained on.")
  Path tokens;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL.tribuo",
      description = "A model of 'ideal classify train'.")
  Path model;

  @Option(
      names = "--codebook",
      paramLabel = "FILE",
      description = "codebook.safetensors of the bundle, if it has moved; for pooled features.")
  Path codebook;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "A CSV file (id,path,label,probability). Default: the standard output.")
  Path out;

  @Override
  public Integer call() throws Exception {
    TokenClassifier classifier = TokenClassifier.load(model, Optional.ofNullable(codebook));
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      List<LabelPrediction> predictions = classifier.predict(dataset);
      String csv = csv(predictions);
      if (out == null) {
        output.print(predictions, csv);
      } else {
        AtomicFile.write(
            out,
            beside -> {
              try (BufferedWriter writer = Files.newBufferedWriter(beside)) {
                writer.write(csv);
              }
            });
        output.print(predictions, "%,d rows: %s".formatted(predictions.size(), out));
      }
    }
    return 0;
  }

  private static String csv(List<LabelPrediction> predictions) throws java.io.IOException {
    StringBuilder text = new StringBuilder();
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader("id", "path", "label", "probability")
            .setRecordSeparator("\n")
            .get();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (LabelPrediction row : predictions) {
        printer.printRecord(
            row.id(),
            row.path().orElse(""),
            row.label(),
            String.format(Locale.ROOT, "%.6f", row.probability()));
      }
    }
    return text.toString();
  }
}
