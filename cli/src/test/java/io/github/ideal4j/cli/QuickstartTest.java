package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way from the command line to the report, on one minute's worth of photographs. */
class QuickstartTest {

  @TempDir Path folder;

  @Test
  void oneMinuteOfPhotographsGoesAllTheWay() throws Exception {
    Path out = folder.resolve("quickstart");
    JsonNode result =
        new ObjectMapper()
            .readTree(run(0, "quickstart", "--budget", "1", "--json", "--out", out.toString()));

    assertThat(out.resolve("report.html")).isNotEmptyFile();
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
  }

  @Test
  void wrongUsageAndFailureHaveTheirExitCodes() {
    run(2, "sample", "--no-such-option");
    run(1, "tokens", "inspect", folder.resolve("missing.arrow").toString());
    assertThat(run(0, "sample", "--help")).contains("Example");
  }

  private static String run(int expected, String... arguments) {
    StringWriter out = new StringWriter();
    int code = IdealCommand.execute(new PrintWriter(out), arguments);
    assertThat(code).as(String.join(" ", arguments)).isEqualTo(expected);
    return out.toString();
  }
}
