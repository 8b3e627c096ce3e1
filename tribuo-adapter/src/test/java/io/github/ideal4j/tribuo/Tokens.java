package io.github.ideal4j.tribuo;

import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Token files for tests: each class prefers some codes. */
public final class Tokens {

  public static final TokenizerInfo TOKENIZER =
      new TokenizerInfo("tiny-test", "ab".repeat(32), 16, 4, 4, 8, 8);

  private Tokens() {}

  public static TokenGrid grid(int... indices) {
    int side = (int) Math.sqrt(indices.length);
    return new TokenGrid(side, side, indices);
  }

  /**
   * Rows of {@code classes} classes in turn, half of whose tokens come from a class's own codes.
   */
  public static List<TokenRow> rows(TokenizerInfo tokenizer, int classes, int count, long seed) {
    Random random = new Random(seed);
    List<TokenRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] indices = new int[tokenizer.cells()];
      for (int cell = 0; cell < indices.length; cell++) {
        int own = tokenizer.codebookSize() / classes;
        indices[cell] =
            random.nextBoolean()
                ? i % classes * own + random.nextInt(own)
                : random.nextInt(tokenizer.codebookSize());
      }
      TokenGrid grid = new TokenGrid(tokenizer.rows(), tokenizer.columns(), indices);
      rows.add(
          TokenRow.of(100 + i, grid)
              .withLabel("class " + i % classes)
              .withPath("image %d.jpg".formatted(i)));
    }
    return rows;
  }

  public static Path write(Path file, TokenizerInfo tokenizer, List<TokenRow> rows)
      throws IOException {
    TokenFileInfo info =
        TokenFileInfo.toWrite(tokenizer, "test", List.of(TokenColumn.LABEL, TokenColumn.PATH));
    try (TokenFileWriter writer = TokenFileWriter.create(file, info)) {
      for (TokenRow row : rows) {
        writer.append(row);
      }
      writer.finish();
    }
    return file;
  }
}
