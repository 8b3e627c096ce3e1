package io.github.ideal4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.cli.IdealCommand;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.server.InferenceServer;
import io.github.ideal4j.server.ServerMetrics;
import io.github.ideal4j.server.ServerSettings;
import io.github.ideal4j.server.batching.BatchingSettings;
import io.github.ideal4j.server.model.ModelSet;
import io.github.ideal4j.testing.Peer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual's programs in Python and JavaScript see what Java wrote, and the other way round. */
class ManualPeersTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private List<List<Integer>> written;

  @BeforeEach
  void writeTokens() throws IOException {
    TokenizerInfo tokenizer = new TokenizerInfo("toy", "", 1024, 3, 4, 0, 0);
    List<TokenColumn> columns = List.of(TokenColumn.LABEL, TokenColumn.PATH, TokenColumn.NLL);
    TokenFileInfo info = TokenFileInfo.toWrite(tokenizer, "example", columns);
    Random random = new Random(1);
    List<int[]> grids =
        IntStream.range(0, 6).mapToObj(i -> random.ints(12, 0, 1024).toArray()).toList();
    grids.get(2)[0] = 7;
    grids.get(4)[0] = 7;
    try (TokenFileWriter writer = TokenFileWriter.create(folder.resolve("tokens.arrow"), info)) {
      for (int i = 0; i < grids.size(); i++) {
        writer.append(
            TokenRow.of(i, new TokenGrid(3, 4, grids.get(i)))
                .withLabel(i < 3 ? "cat" : "dog")
                .withPath(i + ".jpg")
                .withNll(i == 3 ? 9 : i));
      }
      writer.finish();
    }
    written = grids.stream().map(grid -> Arrays.stream(grid).boxed().toList()).toList();
  }

  private static List<?> list(JsonNode node) {
    return JSON.convertValue(node, List.class);
  }

  private static Path program(String language, String name) {
    return Path.of(language, name).toAbsolutePath();
  }

  private String python(String name, String... packages) throws IOException {
    return Peer.python(packages).in(folder).run(program("python", name));
  }

  @Test
  void pyarrowPolarsAndDuckDbReadTokens() throws Exception {
    Files.copy(folder.resolve("tokens.arrow"), folder.resolve("scored.arrow"));
    JsonNode seen = JSON.readTree(python("read_tokens.py", "pyarrow", "polars", "duckdb"));
    assertThat(list(seen.path("columns")))
        .isEqualTo(List.of("id", "tokens", "label", "path", "nll"));
    assertThat(seen.path("codebook").asInt()).isEqualTo(1024);
    assertThat(list(seen.path("shape"))).isEqualTo(List.of(6, 3, 4));
    assertThat(list(seen.path("pyarrow"))).isEqualTo(written);
    assertThat(list(seen.path("polars"))).isEqualTo(written);
    assertThat(list(seen.path("duckdb"))).isEqualTo(List.of(List.of("cat", 1), List.of("dog", 1)));
    assertThat(seen.path("most unusual").asInt()).isEqualTo(3);
  }

  @Test
  void tokensOfPythonAreRead() throws Exception {
    python("write_tokens.py", "numpy", "pyarrow");
    int[] second = IntStream.range(12, 24).toArray();
    try (TokenDataset tokens = TokenDataset.open(folder.resolve("tokens.arrow"))) {
      assertThat(tokens.row(1).grid()).isEqualTo(new TokenGrid(3, 4, second));
    }
    try (TokenDataset tokens = TokenDataset.open(folder.resolve("prior.arrow"))) {
      assertThat(tokens.row(1).grid()).isEqualTo(new TokenGrid(3, 4, second));
      assertThat(tokens.row(1).label()).isEqualTo("dog");
      assertThat(tokens.info().tokenizer().codebookSize()).isEqualTo(1024);
    }
  }

  @Test
  void huggingFaceReadsConvertedTokens() throws Exception {
    String file = folder.resolve("tokens.arrow").toString();
    String out = folder.resolve("hf-tokens").toString();
    PrintWriter nowhere = new PrintWriter(PrintWriter.nullWriter());
    assertThat(IdealCommand.execute(nowhere, "tokens", "convert", file, "--to", "hf", "--out", out))
        .isZero();
    String seen = python("hugging_face.py", "datasets", "numpy");
    assertThat(list(JSON.readTree(seen))).isEqualTo(written);
  }

  @Test
  void javaScriptReadsTokens() throws Exception {
    String seen =
        Peer.node("apache-arrow").in(folder).run(program("javascript", "read_tokens.cjs"));
    assertThat(list(JSON.readTree(seen))).isEqualTo(written.get(0));
  }

  @Test
  void aServerGivesPythonTheTokensOfAPhotograph() throws Exception {
    try (ImageSource source = ImageSource.open(Path.of("data/caltech101_64.zip"))) {
      ImageEntry sunflower =
          source.entries().stream()
              .filter(entry -> "sunflower".equals(entry.label()))
              .findFirst()
              .orElseThrow();
      Files.write(folder.resolve("photo.jpg"), source.read(sunflower));
    }
    ServerMetrics metrics = new ServerMetrics();
    ModelSet models =
        new ModelSet(BatchingSettings.standard(), SessionSettings.cpu(), 24 << 20, metrics);
    models.addBundle("", Path.of("../models/tiny"));
    try (InferenceServer server =
        InferenceServer.start(models, metrics, ServerSettings.local(), line -> {})) {
      Peer python = Peer.python().with(Map.of("IDEAL_SERVER", server.url().toString()));
      assertThat(python.in(folder).run(program("python", "infer.py"))).startsWith("[1, 16, 16] [");
    }
  }
}
