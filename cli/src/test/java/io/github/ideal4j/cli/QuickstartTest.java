package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way from the command line to the report, on one minute's worth of photographs and half
 * of its steps.
 */
class QuickstartTest {

  @TempDir Path folder;

  @Test
  void oneMinuteOfPhotographsGoesAllTheWay() throws Exception {
    Path out = folder.resolve("quickstart");
    Files.createDirectories(out);
    Files.writeString(
        out.resolve("plan.json"),
        """
        {"minutes": 1, "trainEvery": 45, "testEvery": 60,
         "tokenizerSteps": 63, "priorSteps": 16, "share": 0.5}
        """);
    JsonNode result =
        new ObjectMapper()
            .readTree(
                run(0, "quickstart", "--budget", "1", "--full", "--json", "--out", out.toString()));

    assertThat(out.resolve("report.html")).isNotEmptyFile();
    assertThat(Files.size(out.resolve("report.html"))).isLessThan(6_000_000);
    assertThat(out.resolve("report.html"))
        .content()
        .contains("Worst by LPIPS", "class=\"atlas\"", "tokens over the photograph")
        .contains("Confusion matrix of", "photographs: ", "drawn, guidance 2: ")
        .contains("the fusion of this tokenizer is linear", "plot-data");
    assertThat(out.resolve("samples.png")).isNotEmptyFile();
    assertThat(out.resolve("classifier.onnx")).isNotEmptyFile();
    assertThat(result.get("equalTokens").asDouble()).isGreaterThan(0.998);
    assertThat(result.get("psnr").asDouble()).as("flat colour reads 13 dB").isGreaterThan(15);
    assertThat(result.get("accuracies").get("code histogram").asDouble())
        .as("the most frequent class is 0.115")
        .isGreaterThan(0.2);
    String tokens = out.resolve("tokens/train.arrow").toString();
    assertThat(run(0, "tokens", "inspect", tokens)).contains("16 x 16").contains("quickstart");
    assertThat(run(0, "tokens", "verify", tokens)).contains("rows are whole");

    // Features that need the bundle's networks, its prior among them.
    assertThat(
            run(
                0,
                "classify train --tokens %s --features pooled+decoded+prior --bundle %s --out %s"
                    .formatted(tokens, out.resolve("bundle"), folder.resolve("networks.tribuo"))
                    .split(" ")))
        .contains("pooled+decoded+prior");

    // Equal seeds: the commands that it consists of give the same numbers again.
    Path tokenizer = folder.resolve("tokenizer");
    String config = out.resolve("tokenizer/config.yaml").toString();
    run(
        0,
        "train tokenizer --every 45 --validation-every 60 --config %s --out %s"
            .formatted(config, tokenizer)
            .split(" "));
    assertThat(metrics(tokenizer)).isEqualTo(metrics(out.resolve("tokenizer")));
    assertThat(tokenizer.resolve("report.html")).content().contains("data-running=\"\"");
    run(0, "report", tokenizer.toString());
    assertThat(tokenizer.resolve("report.html"))
        .content()
        .contains("over time", "Worst by LPIPS", "class=\"atlas\"");
    run(1, "report", tokenizer.toString(), "--backbone", folder.resolve("none").toString());
    Path prior = folder.resolve("prior");
    run(
        0,
        "train prior --tokens %s --validation %s --config %s --out %s"
            .formatted(
                tokens, out.resolve("tokens/test.arrow"), out.resolve("prior/config.yaml"), prior)
            .split(" "));
    assertThat(metrics(prior)).isEqualTo(metrics(out.resolve("prior")));
  }

  /** All measured numbers of a run but the time. */
  private static List<JsonNode> metrics(Path run) throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonNode numbers = json.readTree(line);
      ((ObjectNode) numbers).remove("seconds");
      lines.add(numbers);
    }
    assertThat(lines).isNotEmpty();
    return lines;
  }

  @Test
  void wrongUsageAndFailureHaveTheirExitCodes() {
    run(2, "sample", "--no-such-option");
    run(1, "tokens", "inspect", folder.resolve("missing.arrow").toString());
    assertThat(run(0, "sample", "--help")).contains("Example");
  }

  private static String run(int expected, String... words) {
    return Outcome.run((Object[]) words).with(expected).out();
  }
}
