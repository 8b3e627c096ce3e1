package io.github.ideal4j.tribuo;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileReader;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Where tokens come from.
 *
 * @param filesSha256 of the file; for a folder, of the lines {@code sha256 name} of its files
 * @param imagesSha256 of the photographs that were tokenized; empty where the source does not know
 *     them
 * @param tokenizer what made them
 * @param rows how many images there are
 * @param modified when the newest file was written
 * @param created when the source was made
 */
record TokenOrigin(
    String filesSha256,
    String imagesSha256,
    TokenizerInfo tokenizer,
    long rows,
    OffsetDateTime modified,
    OffsetDateTime created) {

  static TokenOrigin of(TokenDataset dataset) throws IOException {
    StringBuilder lines = new StringBuilder();
    String last = "";
    OffsetDateTime newest = null;
    for (TokenFileReader reader : dataset.readers()) {
      last = Sha256.of(reader.file());
      lines.append(last).append("  ").append(reader.file().getFileName()).append('\n');
      OffsetDateTime written = modified(reader.file());
      newest = newest == null || written.isAfter(newest) ? written : newest;
    }
    boolean single = dataset.readers().size() == 1;
    String sum = single ? last : Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8));
    OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MILLIS);
    return new TokenOrigin(
        sum, "", dataset.info().tokenizer(), dataset.size(), newest == null ? now : newest, now);
  }

  private static OffsetDateTime modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file)
        .toInstant()
        .atOffset(ZoneOffset.UTC)
        .truncatedTo(ChronoUnit.MILLIS);
  }

  /** The same tokens, of known photographs. */
  TokenOrigin withImages(String sha256) {
    return new TokenOrigin(filesSha256, sha256, tokenizer, rows, modified, created);
  }
}
