package io.github.ideal4j.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.testing.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Token rows as a stream, as pyarrow reads it. */
class TokenStreamTest {

  private static final String PEER = "src/test/resources/peer/";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @ParameterizedTest(name = "{0} entries")
  @ValueSource(ints = {200, 4096, 70000})
  void pythonReadsTheStream(int codebook) throws IOException {
    Peer python = Peer.python("pyarrow");
    TokenFileInfo info = Tokens.info(codebook, 3, 4, Tokens.ALL);
    List<TokenRow> rows = Tokens.rows(info, 7, codebook);
    Path file = folder.resolve("stream");
    try (OutputStream out = Files.newOutputStream(file)) {
      TokenStream.write(out, info, rows);
    }
    JsonNode seen = JSON.readTree(python.run(PEER + "read_token_stream.py", file));
    assertThat(seen.get("id")).hasSize(7);
    for (int i = 0; i < 7; i++) {
      assertThat(JSON.convertValue(seen.get("tokens").get(i), int[].class))
          .isEqualTo(rows.get(i).grid().indices());
      assertThat(seen.get("label").get(i).textValue()).isEqualTo(rows.get(i).label());
    }
  }

  @Test
  void anotherGridIsRefused() {
    TokenFileInfo info = Tokens.info(16, 3, 4, Set.of());
    TokenRow row = TokenRow.of(5, new TokenGrid(1, 2, new int[] {1, 2}));
    assertThatThrownBy(() -> TokenStream.write(new ByteArrayOutputStream(), info, List.of(row)))
        .hasMessage("row 5 has a grid of 1 x 2; the stream holds 3 x 4");
  }
}
