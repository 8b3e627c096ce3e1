package io.github.ideal4j.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.testing.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Token files between this library and pyarrow, polars and JavaScript. */
class TokenFilePeerTest {

  private static final String PEER = "src/test/resources/peer/";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @ParameterizedTest(name = "{0} entries, {2}")
  @CsvSource({
    "200, uint8, NONE, 20", "4096, uint16, NONE, 20", "4096, uint16, ZSTD, 20",
    "70000, int32, ZSTD, 20", "4096, uint16, NONE, 0", "4096, uint16, NONE, 1"
  })
  void pythonReadsWhatWeWrite(int codebook, String dtype, TokenCompression compression, int count)
      throws IOException {
    Peer python = Peer.python("pyarrow", "polars", "numpy");
    TokenFileInfo info = Tokens.info(codebook, 3, 4, Tokens.ALL);
    List<TokenRow> rows = Tokens.rows(info, count, codebook);
    Path file = folder.resolve("ünïcode.arrow");
    TokenFileOptions options =
        TokenFileOptions.standard().withRowsPerBatch(8).withCompression(compression);
    Tokens.write(file, info, options, rows);

    JsonNode seen = JSON.readTree(python.run(PEER + "read_tokens.py", file));

    assertThat(seen.path("shape").toString()).isEqualTo("[3,4]");
    assertThat(seen.path("dtype").asText()).isEqualTo(dtype);
    assertThat(seen.path("codebook").asInt()).isEqualTo(codebook);
    assertThat(seen.path("sums").asInt()).isEqualTo((count + 7) / 8);
    assertThat(seen.path("id").size()).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      TokenRow row = rows.get(i);
      assertThat(seen.path("id").get(i).asLong()).isEqualTo(row.id());
      assertThat(ints(seen.path("tokens").get(i))).isEqualTo(row.grid().indices());
      assertThat(seen.path("label").get(i).textValue()).isEqualTo(row.label());
      assertThat(seen.path("path").get(i).textValue()).isEqualTo(row.path());
      assertThat(seen.path("view").get(i).textValue()).isEqualTo(row.view());
      JsonNode nll = seen.path("nll").get(i);
      Float seenNll = nll.isNull() ? Float.NaN : nll.floatValue();
      assertThat(seenNll).isEqualTo(Float.valueOf(row.nll()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "zstd", "lz4", "extra"})
  void weReadWhatPythonWrites(String name) throws IOException {
    Peer.python("pyarrow", "numpy").run(PEER + "write_tokens.py", folder);

    try (TokenDataset dataset = TokenDataset.open(folder.resolve(name + ".arrow"))) {
      assertThat(dataset.size()).isEqualTo(2);
      assertThat(dataset.info().checksummed()).isFalse();
      assertThat(dataset.info().tokenizer().isKnown()).isFalse();
      assertThat(dataset.info().columns()).isEqualTo(name.equals("extra") ? 4 : 12);
      assertThat(dataset.id(1)).isEqualTo(1);
      assertThat(dataset.grid(1).indices()).isEqualTo(IntStream.range(4012, 4024).toArray());
      assertThat(dataset.label(0)).isEqualTo(name.equals("extra") ? "猫" : null);
      assertThat(dataset.label(1)).isNull();
      dataset.verify();
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "signed, 'a FixedSizeList of uint8, uint16 or int32 would be valid'",
    "holes, 'batch 1: column ''tokens'' has 1 nulls'"
  })
  void aWrongTableFromPythonIsRefused(String name, String message) throws IOException {
    Peer.python("pyarrow", "numpy").run(PEER + "write_tokens.py", folder);
    Path file = folder.resolve(name + ".arrow");

    assertThatThrownBy(() -> TokenFileReader.open(file))
        .isInstanceOf(CorruptTokenFileException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  /** The script was written after FORMAT.md, and knows nothing of Arrow's libraries or of ours. */
  @ParameterizedTest
  @ValueSource(ints = {200, 4096, 70_000})
  void theSpecificationIsEnoughToReadAFile(int codebook) throws IOException {
    Peer python = Peer.python("struct");
    TokenFileInfo info = Tokens.info(codebook, 3, 4, Tokens.ALL);
    List<TokenRow> rows = Tokens.rows(info, 20, 5);
    Path file = folder.resolve("a.arrow");
    Tokens.write(file, info, TokenFileOptions.standard().withRowsPerBatch(8), rows);

    JsonNode seen = JSON.readTree(python.run(PEER + "specification.py", file));

    assertThat(seen.path("codebook").asInt()).isEqualTo(codebook);
    assertThat(seen.path("grid").toString()).isEqualTo("[3,4]");
    assertThat(seen.path("sums").asInt()).isEqualTo(3);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(seen.path("id").get(i).asLong()).isEqualTo(rows.get(i).id());
      assertThat(ints(seen.path("tokens").get(i))).isEqualTo(rows.get(i).grid().indices());
    }
  }

  @Test
  void duckDbReadsWhatWeWrite() throws IOException {
    Peer python = Peer.python("duckdb", "pyarrow");
    TokenFileInfo info = Tokens.info(4096, 3, 4, Tokens.ALL);
    List<TokenRow> rows = Tokens.rows(info, 20, 5);
    Path file = folder.resolve("a.arrow");
    Tokens.write(file, info, TokenFileOptions.standard().withRowsPerBatch(8), rows);

    JsonNode seen = JSON.readTree(python.run(PEER + "read_duckdb.py", file));

    for (int i = 0; i < rows.size(); i++) {
      int[] tokens = rows.get(i).grid().indices();
      assertThat(seen.get(i).get(0).asLong()).isEqualTo(rows.get(i).id());
      assertThat(seen.get(i).get(1).asInt()).isEqualTo(tokens[0]);
      assertThat(seen.get(i).get(2).asInt()).isEqualTo(IntStream.of(tokens).max().orElse(-1));
    }
  }

  @Test
  void huggingFaceOpensAFolder() throws IOException {
    Peer python = Peer.python("datasets");
    TokenFileInfo info = Tokens.info(4096, 3, 4, Tokens.ALL);
    List<TokenRow> rows = Tokens.rows(info, 20, 5);
    Path file = folder.resolve("a.arrow");
    Path out = folder.resolve("hf");
    Tokens.write(file, info, TokenFileOptions.standard().withRowsPerBatch(8), rows);
    try (TokenDataset dataset = TokenDataset.open(file)) {
      HuggingFaceFolder.write(dataset, out, 9, Progress.silent());
    }

    JsonNode seen = JSON.readTree(python.run(PEER + "read_hugging_face.py", out));

    assertThat(seen.path("shape").toString()).isEqualTo("[3,4]");
    assertThat(seen.path("id").size()).isEqualTo(20);
    for (int i = 0; i < rows.size(); i++) {
      TokenRow row = rows.get(i);
      assertThat(seen.path("id").get(i).asLong()).isEqualTo(row.id());
      assertThat(ints(seen.path("tokens").get(i))).isEqualTo(row.grid().indices());
      assertThat(seen.path("label").get(i).textValue()).isEqualTo(row.label());
      assertThat(seen.path("path").get(i).textValue()).isEqualTo(row.path());
      JsonNode nll = seen.path("nll").get(i);
      Float seenNll = nll.isNull() ? Float.NaN : nll.floatValue();
      assertThat(seenNll).isEqualTo(Float.valueOf(row.nll()));
    }
  }

  @Test
  void javaScriptReadsWhatWeWrite() throws IOException {
    Peer node = Peer.node("apache-arrow");
    TokenFileInfo info = Tokens.info(4096, 3, 4, Tokens.ALL);
    List<TokenRow> rows = Tokens.rows(info, 20, 5);
    Path file = folder.resolve("a.arrow");
    Tokens.write(file, info, TokenFileOptions.standard().withRowsPerBatch(8), rows);

    JsonNode seen = JSON.readTree(node.run(PEER + "read_tokens.js", file));

    assertThat(seen.path("codebook").asInt()).isEqualTo(4096);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(seen.path("id").get(i).asLong()).isEqualTo(rows.get(i).id());
      assertThat(ints(seen.path("tokens").get(i))).isEqualTo(rows.get(i).grid().indices());
      assertThat(seen.path("label").get(i).textValue()).isEqualTo(rows.get(i).label());
    }
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }
}
