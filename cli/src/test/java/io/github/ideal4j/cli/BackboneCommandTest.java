package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackboneCommandTest {

  private static final Path BACKBONE = ShippedFiles.locate().backbone();

  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  private String run(int expected, String line) {
    StringWriter out = new StringWriter();
    int code =
        IdealCommand.execute(
            new PrintWriter(out, true), new PrintWriter(err, true), line.split(" +"));
    assertThat(code).as("%s%n%s", line, err).isEqualTo(expected);
    return out.toString();
  }

  @Test
  void inspectTellsSizesTokensAndPreprocessing() throws Exception {
    assertThat(run(0, "backbone inspect " + BACKBONE))
        .contains("timm vit")
        .contains("192, 3 heads of 64")
        .contains("14 x 14, and 1 before them")
        .contains("shallow 4, deep 12");
    JsonNode facts = new ObjectMapper().readTree(run(0, "backbone inspect --json " + BACKBONE));
    assertThat(facts.get("blocks").asInt()).isEqualTo(12);
  }

  @Test
  void runWritesHiddenStatesAndCheckComparesThem() throws Exception {
    Path states = folder.resolve("states.safetensors");
    Path photographs = ShippedFiles.locate().photographs();
    String images = " --images %s --every 2000 --threads 1".formatted(photographs);
    run(0, "backbone run %s%s --layers 0,4 --out %s".formatted(BACKBONE, images, states));
    try (SafetensorsFile written = SafetensorsFile.open(states)) {
      assertThat(written.names())
          .containsExactlyInAnyOrder("hidden_states.0", "hidden_states.4", "last_hidden_state");
      assertThat(written.shape("last_hidden_state")).endsWith(197, 192);
      float[] changed = written.floats("hidden_states.4");
      changed[1000] += 1e-3f * Math.max(1, Math.abs(changed[1000]));
      SafetensorsWriter.write(
          folder.resolve("changed.safetensors"),
          Map.of("hidden_states.4", Tensor.of(changed, written.shape("hidden_states.4"))),
          Map.of());
    }
    assertThat(run(0, "backbone run %s%s --check %s".formatted(BACKBONE, images, states)))
        .contains("hidden_states.4")
        .contains("passed");
    assertThat(
            run(
                1,
                "backbone run %s%s --check %s"
                    .formatted(BACKBONE, images, folder.resolve("changed.safetensors"))))
        .contains("TOO LARGE")
        .contains("failed");
  }

  @Test
  void probeShowsThatPixelsFadeWhileClassesAppear() throws Exception {
    JsonNode result =
        new ObjectMapper()
            .readTree(run(0, "backbone probe --train-every 60 --test-every 30 --threads 1 --json"));
    JsonNode rows = result.get("rows");
    assertThat(rows).hasSize(13);
    assertThat(rows.get(1).get("psnr").asDouble())
        .isGreaterThan(rows.get(12).get("psnr").asDouble() + 5);
    assertThat(rows.get(12).get("accuracy").asDouble())
        .isGreaterThan(rows.get(0).get("accuracy").asDouble() + 0.1);
  }

  @Test
  void whatCannotBeDoneIsSaidInOneLine() {
    run(1, "backbone run %s --out x".formatted(BACKBONE));
    assertThat(err.toString()).contains("either --pixels or --images is needed");
    run(1, "backbone inspect " + folder);
    assertThat(err.toString()).contains("neither model.safetensors nor");
    run(2, "backbone");
    assertThat(err.toString()).contains("inspect, run or probe");
  }
}
