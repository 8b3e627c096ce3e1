package io.github.ideal4j.tribuo;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileReader;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Where tokens come from.
 *
 * @param filesSha256 of the file; for a folder, of the lines {@code sha256 name} of its files
 * @param tokenizer what made them
 * @param rows how many images there are
 */
record TokenOrigin(String filesSha256, TokenizerInfo tokenizer, long rows) {

  static TokenOrigin of(TokenDataset dataset) throws IOException {
    StringBuilder lines = new StringBuilder();
    String last = "";
    for (TokenFileReader reader : dataset.readers()) {
      last = Sha256.of(reader.file());
      lines.append(last).append("  ").append(reader.file().getFileName()).append('\n');
    }
    boolean single = dataset.readers().size() == 1;
    String sum = single ? last : Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8));
    return new TokenOrigin(sum, dataset.info().tokenizer(), dataset.size());
  }
}
