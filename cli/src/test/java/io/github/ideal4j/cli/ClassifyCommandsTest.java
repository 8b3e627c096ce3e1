package io.github.ideal4j.cli;

import static io.github.ideal4j.cli.Outcome.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ideal classify ...} on tokens of three kinds, half of which tell their kind. */
class ClassifyCommandsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path train;
  private Path test;

  @BeforeEach
  void writeTokens() throws IOException {
    train = write("train.arrow", 90, 1);
    test = write("test.arrow", 60, 2);
  }

  private Path write(String name, int count, long seed) throws IOException {
    Path file = folder.resolve(name);
    TokenizerInfo tokenizer = new TokenizerInfo("small", "ab".repeat(32), 30, 4, 4, 8, 8);
    TokenFileInfo info =
        TokenFileInfo.toWrite(tokenizer, "test", List.of(TokenColumn.LABEL, TokenColumn.PATH));
    Random random = new Random(seed);
    try (TokenFileWriter writer = TokenFileWriter.create(file, info)) {
      for (int i = 0; i < count; i++) {
        int kind = i % 3;
        int[] grid =
            random
                .ints(16, 0, 10)
                .map(code -> random.nextBoolean() ? kind * 10 + code : random.nextInt(30))
                .toArray();
        writer.append(
            TokenRow.of(i, new TokenGrid(4, 4, grid))
                .withLabel("kind " + kind)
                .withPath(i + ".png"));
      }
      writer.finish();
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "liblinear", "fm", "random-forest:5", "knn"})
  void everyTrainerLearnsAndReports(String trainer) throws IOException {
    Path model = folder.resolve("model.tribuo");
    Path report = folder.resolve("report");
    JsonNode result =
        run(
                "classify",
                "train",
                "--json",
                "--tokens",
                train,
                "--test",
                test,
                "--trainer",
                trainer,
                "--features",
                "boc+pyramid",
                "--out",
                model,
                "--report",
                report)
            .json();
    assertThat(result.path("accuracy").asDouble()).isGreaterThan(0.7);
    assertThat(result.path("outputs").asInt()).isEqualTo(3);
    assertThat(report.resolve("evaluation.txt")).content().contains("kind 1", "Balanced Error");
    BufferedImage picture = ImageIO.read(report.resolve("confusion.png").toFile());
    assertThat(picture.getWidth()).isGreaterThan(200);
    JsonNode card = JSON.readTree(report.resolve("model-card.json").toFile());
    assertThat(card.at("/TestingDetails/testing-set-size").asInt()).isEqualTo(60);
    assertThat(card.at("/TrainingDetails/outputs-distribution/kind 0").asInt()).isEqualTo(30);
    assertThat(card.at("/ModelDetails/configured-parameters").size()).isPositive();

    Outcome said = run("classify", "predict", "--tokens", test, "--model", model);
    assertThat(said.out().lines()).hasSize(61).contains("id,path,output,score");
    JsonNode rows = run("classify", "predict", "--json", "--tokens", test, "--model", model).json();
    assertThat(rows.path(7).path("path").asText()).isEqualTo("7.png");
    assertThat(said.out().lines().skip(1).filter(line -> line.contains("kind "))).hasSize(60);
  }

  @Test
  void familiesAreCompared() throws IOException {
    Path out = folder.resolve("comparison");
    Outcome outcome =
        run(
            "classify",
            "compare",
            "--tokens",
            train,
            "--test",
            test,
            "--features",
            "boc;tfidf;bigrams:512",
            "--trainers",
            "logistic,knn",
            "--per-class",
            "5,20,0",
            "--seeds",
            "0,1",
            "--out",
            out);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("5 images a class", "bigrams:512", "60 to test");
    assertThat(Files.readAllLines(out.resolve("runs.csv"))).hasSize(1 + 3 * 2 * 3 * 2);
    assertThat(out.resolve("report.html")).content().contains("Accuracy, logistic", "tfidf");
  }

  @Test
  void clustersAndAnomaliesAreFound() throws IOException {
    JsonNode clusters =
        run("classify", "cluster", "--json", "--tokens", train, "--features", "boc;tfidf").json();
    assertThat(clusters.at("/rows/0/purity").asDouble()).isGreaterThan(0.6);
    assertThat(clusters.path("clusters").asInt()).isEqualTo(3);
    JsonNode anomalies =
        run(
                "classify",
                "anomalies",
                "--json",
                "--tokens",
                train,
                "--test",
                test,
                "--features",
                "boc",
                "--held-out",
                2)
            .json();
    assertThat(anomalies.at("/rows/0/auc").asDouble()).isBetween(0.5, 1.0);
    assertThat(anomalies.path("heldOut")).hasSize(2);
  }

  @Test
  void costsAreMeasured() throws IOException {
    JsonNode result =
        run(
                "bench",
                "features",
                "--json",
                "--count",
                300,
                "--rounds",
                1,
                "--features",
                "boc;pyramid")
            .json();
    assertThat(result.path("rows")).hasSize(4);
    assertThat(result.at("/rows/2/names").asInt()).isPositive();
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(run("classify", "train", "--out", "x.tribuo").err())
        .contains("give either --tokens or --config");
    assertThat(run("classify", "train", "--tokens", train, "--trainer", "svm", "--out", "x").err())
        .contains("trainer 'svm' is unknown; valid are logistic, liblinear");
    assertThat(
            run("classify", "train", "--tokens", train, "--features", "decoded", "--out", "x")
                .err())
        .contains("features 'decoded' need the decoder.onnx of a bundle");
    assertThat(
            run(
                    "classify",
                    "compare",
                    "--tokens",
                    train,
                    "--test",
                    test,
                    "--features",
                    "pixels",
                    "--out",
                    folder.resolve("c"))
                .err())
        .contains("pixels and teacher need the --images");
    assertThat(run("classify", "train", "--config", folder.resolve("no.xml"), "--out", "x").err())
        .contains("there is no file")
        .contains("no.xml");
  }

  @Test
  void configurationWithoutATrainerIsNamed() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.xml"),
            "<config><component name=\"labels\" type=\"org.tribuo.classification.LabelFactory\"/></config>");
    assertThat(run("classify", "train", "--config", file, "--out", "x").err())
        .contains("c.xml has no component 'trainer' but [labels]");
  }
}
