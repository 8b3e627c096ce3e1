package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileReader;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.pipeline.bench.TokenFuzzing;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ideal tokens ...} and what it says of files. */
class TokensCommandsTest {

  @TempDir Path folder;
  private final List<TokenRow> rows = new ArrayList<>();
  private Path tokens;

  @BeforeEach
  void writeTokens() throws IOException {
    for (int i = 0; i < 6; i++) {
      TokenGrid grid = new TokenGrid(2, 2, new int[] {7, 7, i, 299});
      rows.add(
          new TokenRow(
              10 + i,
              grid,
              i == 1 ? null : "class, " + i % 2,
              i + ".png",
              i == 2 ? Float.NaN : i,
              "plain"));
    }
    tokens = write("tokens.arrow", rows);
  }

  private Path write(String name, List<TokenRow> content) throws IOException {
    Path file = folder.resolve(name);
    TokenizerInfo tokenizer = new TokenizerInfo("small", "ab".repeat(32), 300, 2, 2, 8, 8);
    try (TokenFileWriter writer =
        TokenFileWriter.create(
            file, TokenFileInfo.toWrite(tokenizer, "test", EnumSet.allOf(TokenColumn.class)))) {
      for (TokenRow row : content) {
        writer.append(row);
      }
      writer.finish();
    }
    return file;
  }

  private static Outcome run(Object... words) {
    return Outcome.run(Stream.concat(Stream.of("tokens"), Arrays.stream(words)).toArray());
  }

  @Test
  void inspectCountsCodes() throws IOException {
    JsonNode facts = run("inspect", tokens, "--json").json();

    assertThat(facts.path("rows").asInt()).isEqualTo(6);
    assertThat(facts.path("bytes").asLong()).isEqualTo(Files.size(tokens));
    assertThat(facts.path("column id").asText()).isEqualTo("Int(64, true) not null");
    assertThat(facts.path("tokens").asInt()).isEqualTo(24);
    assertThat(facts.path("codes used").asInt()).isEqualTo(8); // 0 to 5, 7, 299
    assertThat(facts.path("usage").asDouble()).isEqualTo(0.0267);
    assertThat(facts.path("most frequent codes").toString())
        .startsWith("{\"7\":12,\"299\":6,\"0\":1");
    // 12, 6 and six times 1 of 24
    double bits = 0.5 + 0.25 * 2 + 6 / 24.0 * Math.log(24) / Math.log(2);
    assertThat(facts.path("entropy of a token, bits").asDouble()).isCloseTo(bits, within(1e-4));
    assertThat(run("inspect", tokens, "--no-statistics").out()).doesNotContain("entropy");
  }

  @Test
  void idsThatOccurTwiceAreReported() throws IOException {
    assertThat(run("verify", tokens).code()).isZero();
    List<TokenRow> twice = new ArrayList<>(rows);
    twice.add(rows.get(3));
    twice.add(rows.get(3));
    twice.add(rows.get(0));

    Outcome outcome = run("verify", write("twice.arrow", twice));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).contains("9 rows are whole").contains("2 ids").contains("[10, 13]");
  }

  @Test
  void shardsAndPackedFilesHoldTheSameRows() throws IOException {
    Path shards = folder.resolve("shards");
    Path packed = folder.resolve("packed.arrow");
    assertThat(run("convert", tokens, "--rows-per-shard", 4, "--out", shards).err())
        .doesNotContain("ideal: ");
    run("convert", shards, "--compression", "zstd", "--rows-per-batch", 2, "--out", packed);

    for (Path copy : List.of(shards, packed)) {
      try (TokenDataset dataset = TokenDataset.open(copy)) {
        assertThat(dataset.rows(0, 1, 2, 3, 4, 5)).containsExactlyElementsOf(rows);
        assertThat(dataset.info().tokenizer().name()).isEqualTo("small");
      }
    }
    try (TokenFileReader reader = TokenFileReader.open(packed)) {
      assertThat(reader.batchCount()).isEqualTo(3);
      assertThat(reader.compression().name()).isEqualTo("ZSTD");
    }
  }

  /** An id may occur once for each view. */
  @Test
  void viewsShareTheIdOfTheirImage() throws IOException {
    List<TokenRow> views = new ArrayList<>(rows);
    rows.forEach(row -> views.add(row.withView("mirror")));
    assertThat(run("verify", write("views.arrow", views)).code()).isZero();
    views.add(rows.get(4).withView("mirror"));
    assertThat(run("verify", write("again.arrow", views)).out()).contains("1 ids").contains("[14]");
  }

  @Test
  void csvAndJsonLines() throws IOException {
    Path csv = folder.resolve("tokens.csv");
    Path jsonl = folder.resolve("tokens.jsonl");
    run("convert", tokens, "--to", "csv", "--out", csv);
    run("convert", tokens, "--to", "jsonl", "--out", jsonl);

    assertThat(Files.readAllLines(csv))
        .hasSize(7)
        .startsWith("id,label,path,nll,view,tokens", "10,\"class, 0\",0.png,0.0,plain,7 7 0 299")
        .contains("11,,1.png,1.0,plain,7 7 1 299", "12,\"class, 0\",2.png,,plain,7 7 2 299");
    assertThat(Files.readAllLines(jsonl))
        .hasSize(6)
        .startsWith(
            "{\"id\":10,\"label\":\"class, 0\",\"path\":\"0.png\",\"nll\":0.0,\"view\":\"plain\",\"tokens\":[[7,7],[0,299]]}")
        .contains(
            "{\"id\":11,\"label\":null,\"path\":\"1.png\",\"nll\":1.0,\"view\":\"plain\",\"tokens\":[[7,7],[1,299]]}");
  }

  @Test
  void aHuggingFaceFolderHasItsThreeParts() {
    Path out = folder.resolve("hf");
    assertThat(run("convert", tokens, "--to", "hf", "--rows-per-shard", 4, "--out", out).code())
        .isZero();

    assertThat(out)
        .isDirectoryContaining("glob:**data-00000-of-00002.arrow")
        .isDirectoryContaining("glob:**data-00001-of-00002.arrow")
        .isDirectoryContaining("glob:**dataset_info.json")
        .isDirectoryContaining("glob:**state.json");
  }

  @Test
  void wrongWordsAreToldInOneLine() {
    Path out = folder.resolve("out");
    assertThat(run("convert", tokens, "--to", "csv", "--rows-per-shard", 2, "--out", out).err())
        .isEqualToIgnoringNewLines("ideal: CSV is one file; shards are for arrow and hf");
    assertThat(run("convert", tokens, "--to", "parquet", "--out", out).err())
        .contains("parquet")
        .containsIgnoringCase("arrow")
        .containsIgnoringCase("jsonl");
    assertThat(run("convert", tokens, "--rows-per-shard", 0, "--out", out).err())
        .contains("--rows-per-shard is 0; valid is 1 or more");
    assertThat(run("convert", tokens, "--compression", "lz4", "--out", out).err())
        .contains("use NONE or ZSTD");
    assertThat(run("inspect", folder.resolve("no.arrow")).err()).contains("no such token file");
    assertThat(run("convert", tokens, "--to", "hf", "--out", folder).err())
        .contains("is no folder of Hugging Face datasets");
    assertThat(tokens).exists();
    assertThat(out).doesNotExist();
  }

  /** The long run is {@code ideal bench tokens --damage 200000}. */
  @Test
  void damagedFilesAreRefusedOrGiveWhatWasWritten() throws IOException {
    TokenFuzzing.Result result = TokenFuzzing.run(folder, 4000, 11, Progress.silent());

    assertThat(result.failures()).isEmpty();
    assertThat(result.refused() + result.unharmed()).isEqualTo(4000);
    assertThat(result.refused()).isGreaterThan(3500);
    assertThat(result.largestAllocation()).isLessThan(16 << 20);
  }
}
