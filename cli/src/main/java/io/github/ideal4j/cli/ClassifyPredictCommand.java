package io.github.ideal4j.cli;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.tribuo.TokenDataSource;
import io.github.ideal4j.tribuo.model.TokenModel;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ideal classify predict}. */
@Command(
    name = "predict",
    description = "Say what a model says about every row of a token file.",
    footer = {
      "",
      "Examples:",
      "  ideal classify predict --tokens test.arrow --model model.tribuo \\",
      "      --out labels.csv"
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
      names = "--bundle",
      paramLabel = "B",
      description = "The tokenizer's bundle, if it has moved; for pooled, decoded and prior.")
  Path bundle;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "A CSV file (id,path,output,score). Default: the standard output.")
  Path out;

  @Override
  public Integer call() throws Exception {
    TokenModel<?> loaded = TokenModel.load(model, Optional.ofNullable(bundle));
    try (TokenDataset dataset = TokenDataset.open(tokens)) {
      List<Row> predictions = loaded.predict(dataset).stream().map(Row::of).toList();
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

  private static String csv(List<Row> predictions) throws IOException {
    StringBuilder text = new StringBuilder();
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader("id", "path", "output", "score")
            .setRecordSeparator("\n")
            .get();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (Row row : predictions) {
        printer.printRecord(row.id(), row.path().orElse(""), row.output(), row.score());
      }
    }
    return text.toString();
  }

  /**
   * What was said about one row.
   *
   * @param id of the row
   * @param path of the image
   * @param output a class, or the text of another output
   * @param score of the class; empty for other outputs
   */
  record Row(long id, Optional<String> path, String output, String score) {

    static Row of(Prediction<?> prediction) {
      Map<String, Object> metadata = prediction.getExample().getMetadata();
      org.tribuo.Output<?> output = prediction.getOutput();
      boolean isLabel = output instanceof Label;
      return new Row(
          (Long) metadata.get(TokenDataSource.ID),
          Optional.ofNullable((String) metadata.get(TokenDataSource.PATH)),
          isLabel ? ((Label) output).getLabel() : output.toString(),
          isLabel ? String.format(Locale.ROOT, "%.6f", ((Label) output).getScore()) : "");
    }
  }
}
