package io.github.ideal4j.arrow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Rows and files that tests write. */
final class Tokens {

  static final String SHA = "0123456789abcdef".repeat(4);
  static final Set<TokenColumn> ALL = EnumSet.allOf(TokenColumn.class);

  private static final String[] LABELS = {"camera", "Ångström", "", "猫", null, "🦩 flamingo"};

  private Tokens() {}

  static TokenizerInfo tokenizer(int codebookSize, int rows, int columns) {
    return new TokenizerInfo("tiny", SHA, codebookSize, rows, columns, 64, 64);
  }

  static TokenFileInfo info(int codebookSize, int rows, int columns, Set<TokenColumn> optional) {
    return TokenFileInfo.toWrite(tokenizer(codebookSize, rows, columns), "test", optional);
  }

  /** Random rows with the columns of a file; a part of the optional values is unknown. */
  static List<TokenRow> rows(TokenFileInfo info, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TokenRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] indices = random.ints(info.cells(), 0, info.codebookSize()).toArray();
      indices[0] = info.codebookSize() - 1;
      TokenGrid grid = new TokenGrid(info.rows(), info.columns(), indices);
      String label = LABELS[random.nextInt(LABELS.length)];
      String path = random.nextInt(4) == 0 ? null : "images/%s/%d.jpg".formatted(label, i);
      String view = random.nextInt(4) == 0 ? null : i % 2 == 0 ? "plain" : "mirror";
      float nll = random.nextInt(4) == 0 ? Float.NaN : (float) random.nextDouble(2000);
      rows.add(
          new TokenRow(
              random.nextLong(),
              grid,
              info.has(TokenColumn.LABEL) ? label : null,
              info.has(TokenColumn.PATH) ? path : null,
              info.has(TokenColumn.NLL) ? nll : Float.NaN,
              info.has(TokenColumn.VIEW) ? view : null));
    }
    return rows;
  }

  static void write(Path file, TokenFileInfo info, TokenFileOptions options, List<TokenRow> rows)
      throws IOException {
    try (TokenFileWriter writer = TokenFileWriter.create(file, info, options)) {
      for (TokenRow row : rows) {
        writer.append(row);
      }
      writer.finish();
    }
  }

  static List<TokenRow> read(Path file) throws IOException {
    try (TokenDataset dataset = TokenDataset.open(file)) {
      List<TokenRow> rows = new ArrayList<>();
      for (TokenBatch batch : dataset.batches()) {
        for (int i = 0; i < batch.size(); i++) {
          rows.add(batch.row(i));
        }
      }
      return rows;
    }
  }
}
