package io.github.ideal4j.cli;

import static io.github.ideal4j.cli.Outcome.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.onnx.serving.TokenScorer;
import io.github.ideal4j.testing.Peer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prior that was trained for a moment on views of images, and all commands that use one. */
class PriorCommandsTest {

  private static final Path SHIPPED = Path.of("../models/tiny");

  @TempDir static Path folder;
  private static Path tokens;
  private static Path bundle;

  private static JsonNode good(Object... words) throws IOException {
    return run(words).json();
  }

  @BeforeAll
  static void trainAndExport() throws IOException {
    tokens = folder.resolve("tokens.arrow");
    TokenFileInfo info =
        TokenFileInfo.toWrite(
            Bundle.open(SHIPPED).tokenizer(), "test", List.of(TokenColumn.LABEL, TokenColumn.VIEW));
    SplittableRandom random = new SplittableRandom(1);
    try (TokenFileWriter writer = TokenFileWriter.create(tokens, info)) {
      for (int row = 0; row < 8; row++) {
        TokenGrid grid = new TokenGrid(16, 16, random.ints(256, 0, 1024).toArray());
        writer.append(
            TokenRow.of(row / 2, grid)
                .withLabel(row < 4 ? "cat" : "dog")
                .withView(row % 2 == 0 ? "plain" : "mirror"));
      }
      writer.finish();
    }
    Path run = folder.resolve("run");
    good(
        "train",
        "prior",
        "--tokens",
        tokens,
        "--bundle",
        SHIPPED,
        "--out",
        run,
        "--json",
        "--set",
        "model.layers=1",
        "--set",
        "model.dim=16",
        "--set",
        "model.heads=2",
        "--set",
        "training.steps=2",
        "--set",
        "training.batch=2");
    bundle = folder.resolve("bundle");
    good("export", SHIPPED, "--prior", run, "--out", bundle, "--json");
  }

  @Test
  void scoresAreSumsOfTheTokensGivenTheClass() throws IOException {
    Path out = folder.resolve("scored.arrow");
    JsonNode result = good("tokens", "score", tokens, "--bundle", bundle, "--out", out, "--json");
    assertThat(result.path("rows").asInt()).isEqualTo(8);
    assertThat(result.path("withoutClass").asInt()).isZero();
    try (TokenDataset scored = TokenDataset.open(out);
        TokenScorer scorer = TokenScorer.open(Bundle.open(bundle), SessionSettings.cpu())) {
      assertThat(scored.info().optionalColumns())
          .containsExactlyInAnyOrder(TokenColumn.LABEL, TokenColumn.VIEW, TokenColumn.NLL);
      double sum = 0;
      for (int row = 0; row < 8; row++) {
        int[][] grid = {scored.grid(row).indices()};
        double nll = 0;
        for (float token : scorer.score(grid, new int[] {row < 4 ? 0 : 1})[0]) {
          nll += token;
        }
        assertThat((double) scored.row(row).nll()).isCloseTo(nll, within(1e-2));
        assertThat(scored.view(row)).isEqualTo(row % 2 == 0 ? "plain" : "mirror");
        sum += nll;
      }
      assertThat(result.path("nll").asDouble()).isCloseTo(sum / 8, within(1e-2));
      assertThat(result.path("perplexity").asDouble())
          .isCloseTo(Math.exp(sum / 8 / 256), within(0.1));
    }
  }

  private static Offset<Double> within(double offset) {
    return Offset.offset(offset);
  }

  @Test
  void aFileIsReplacedByItsScoredSelf() throws IOException {
    Path copy = Files.copy(tokens, folder.resolve("copy.arrow"));
    JsonNode result =
        good("tokens", "score", copy, "--bundle", bundle, "--unconditional", "--json");
    assertThat(result.path("withoutClass").asInt()).isEqualTo(8);
    try (TokenDataset scored = TokenDataset.open(copy)) {
      assertThat(scored.info().has(TokenColumn.NLL)).isTrue();
      assertThat(scored.row(7).nll()).isGreaterThan(0);
    }
  }

  @Test
  void aBundleThatCannotScoreSaysSo() {
    Outcome outcome =
        run("tokens", "score", tokens, "--bundle", SHIPPED, "--out", folder.resolve("x"));
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).containsAnyOf("has no prior-score.onnx", "holds tokens of");
  }

  @Test
  void whatIsNotMaskedStays() throws IOException {
    Path sheet = folder.resolve("sheet.png");
    Path out = folder.resolve("redrawn.arrow");
    good(
        "sample",
        "--bundle",
        bundle,
        "--tokens",
        tokens,
        "--rows",
        "1:3",
        "--mask",
        "4:12,6:",
        "--mask",
        ":1,:",
        "--count",
        2,
        "--out",
        sheet,
        "--tokens-out",
        out,
        "--json");
    assertThat(ImageIO.read(sheet.toFile()).getWidth()).isGreaterThan(4 * 64);
    try (TokenDataset before = TokenDataset.open(tokens);
        TokenDataset after = TokenDataset.open(out)) {
      assertThat(after.size()).isEqualTo(4);
      int changed = 0;
      for (int image = 0; image < 4; image++) {
        for (int row = 0; row < 16; row++) {
          for (int column = 0; column < 16; column++) {
            boolean masked = row == 0 || (row >= 4 && row < 12 && column >= 6);
            int was = before.grid(1 + image / 2).at(row, column);
            int is = after.grid(image).at(row, column);
            assertThat(masked || was == is).as("row %d, column %d", row, column).isTrue();
            changed += was == is ? 0 : 1;
          }
        }
      }
      assertThat(changed).isGreaterThan(300); // of 384 masked ones
    }
  }

  @Test
  void aPhotographIsContinuedInSeveralClasses() throws IOException {
    Path picture = folder.resolve("picture.png");
    BufferedImage image = new BufferedImage(80, 64, 1);
    image.setRGB(40, 30, 0xFF8000);
    ImageIO.write(image, "png", picture.toFile());
    Path out = folder.resolve("continued");
    Path drawn = folder.resolve("continued.arrow");
    good(
        "sample",
        "--bundle",
        bundle,
        "--prompt",
        picture,
        "--rows",
        5,
        "--label",
        "cat",
        "--label",
        1,
        "--count",
        2,
        "--out",
        out,
        "--tokens-out",
        drawn,
        "--json");
    for (String name : List.of("before", "given", "0000", "0001")) {
      assertThat(out.resolve("cat").resolve(name + ".png")).exists();
      assertThat(out.resolve("dog").resolve(name + ".png")).exists();
    }
    try (TokenDataset after = TokenDataset.open(drawn)) {
      assertThat(after.label(3)).isEqualTo("dog");
      for (int cell = 0; cell < 5 * 16; cell++) {
        assertThat(after.grid(3).indices()[cell]).isEqualTo(after.grid(0).indices()[cell]);
      }
    }
  }

  @Test
  void whatCannotBeDrawnIsRefusedInOneLine() {
    Object[] start = {"sample", "--bundle", bundle, "--out", folder.resolve("x.png")};
    assertThat(refused(start, "--label", "cta"))
        .contains("label 'cta' is unknown; valid are 0 to 1 and names such as cat, dog");
    assertThat(refused(start, "--tokens", tokens)).contains("--tokens needs a --mask");
    assertThat(refused(start, "--tokens", tokens, "--mask", "4-12"))
        .contains("mask '4-12' is not R0:R1,C0:C1");
    assertThat(refused(start, "--tokens", tokens, "--mask", "4:17,:"))
        .contains("mask 4:17,0:16 is empty or not within the grid of 16 x 16");
    assertThat(refused(start, "--tokens", tokens, "--mask", "4:12,:", "--rows", "4:9"))
        .contains("rows 4:9 are not in")
        .contains("which has rows 0:8");
    assertThat(refused(start, "--prompt", "photo.jpg", "--rows", 16))
        .contains("16 rows of 16 cannot stay; 1 to 15 would be valid");
  }

  private static String refused(Object[] start, Object... more) {
    List<Object> all = new ArrayList<>(List.of(start));
    all.addAll(List.of(more));
    Outcome outcome = run(all.toArray());
    assertThat(outcome.code()).isNotZero();
    return outcome.err();
  }

  /**
   * The step graph with a cache in Python's hands draws the same tokens as the loop in the graph.
   */
  @Test
  void pythonDrawsTheSameTokensStepByStep() throws IOException {
    Peer python = Peer.python("numpy", "onnxruntime");
    JsonNode result =
        good(
            "bench",
            "sample",
            "--bundle",
            bundle,
            "--python",
            python.program(),
            "--rounds",
            1,
            "--batch",
            "3",
            "--guidance",
            "1.5",
            "--threads",
            1,
            "--json");
    assertThat(result.path("rows").size()).isEqualTo(2);
    for (JsonNode row : result.path("rows")) {
      assertThat(row.path("differing").asInt()).isZero();
      assertThat(row.path("seconds").asDouble()).isPositive();
      assertThat(row.path("kernels").asDouble()).isPositive();
    }
  }
}
