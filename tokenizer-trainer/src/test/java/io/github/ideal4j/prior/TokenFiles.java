package io.github.ideal4j.prior;

import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** Small token files whose grids depend on their label, so that there is something to learn. */
final class TokenFiles {

  static final int CODES = 12;
  static final int SIDE = 3;
  private static final List<String> LABELS = List.of("dog", "cat", "owl");

  private TokenFiles() {}

  static Path write(Path file, int rows, long seed, String tokenizerSha256) throws IOException {
    TokenizerInfo tokenizer = new TokenizerInfo("toy", tokenizerSha256, CODES, SIDE, SIDE, 12, 12);
    TokenFileInfo info =
        TokenFileInfo.toWrite(tokenizer, "test", List.of(TokenColumn.LABEL, TokenColumn.PATH));
    SplittableRandom random = new SplittableRandom(seed);
    try (TokenFileWriter writer = TokenFileWriter.create(file, info)) {
      for (int row = 0; row < rows; row++) {
        int label = row % LABELS.size();
        int[] tokens = new int[SIDE * SIDE];
        for (int i = 0; i < tokens.length; i++) {
          tokens[i] = 4 * label + random.nextInt(2) + 2 * (i % 2);
        }
        writer.append(
            TokenRow.of(row, new TokenGrid(SIDE, SIDE, tokens))
                .withLabel(LABELS.get(label))
                .withPath("image-%d.png".formatted(row)));
      }
      writer.finish();
    }
    return file;
  }

  static Path write(Path file, int rows, long seed) throws IOException {
    return write(file, rows, seed, "ab".repeat(32));
  }
}
