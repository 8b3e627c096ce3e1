package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportCommandTest {

  private static final Path GOLDEN =
      ShippedFiles.locate().home().resolve("tokenizer-trainer/src/test/resources/golden/ideal");

  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  private String run(int expected, Path reference, Path out) {
    return run(expected, "ideal", GOLDEN, reference, out);
  }

  private String run(int expected, String kind, Path golden, Path reference, Path out) {
    StringWriter said = new StringWriter();
    int code =
        IdealCommand.execute(
            new PrintWriter(said, true),
            new PrintWriter(err, true),
            "import",
            kind,
            "--weights",
            golden.resolve("weights.safetensors").toString(),
            "--config",
            golden.resolve("config.json").toString(),
            "--check",
            reference.toString(),
            "--out",
            out.toString());
    assertThat(code).as("%s%n%s", said, err).isEqualTo(expected);
    return said.toString();
  }

  @Test
  void aReleaseIsComparedTensorByTensorAndWritten() {
    Path out = folder.resolve("run");
    assertThat(run(0, GOLDEN.resolve("reference.safetensors"), out))
        .contains("loss.entropy", "grad.pre_slots_quant.weight", "passed: 155 of 155");
    assertThat(out.resolve("checkpoints/step-0000000/ema.safetensors")).isRegularFile();
  }

  @ParameterizedTest
  @CsvSource({"llamagen, 29", "rar, 146"})
  void aPriorIsComparedTensorByTensorAndWritten(String kind, int tensors) {
    Path golden = GOLDEN.resolveSibling(kind);
    Path out = folder.resolve("run");
    assertThat(run(0, kind, golden, golden.resolve("reference.safetensors"), out))
        .contains("passed: %d of %d".formatted(tensors, tensors));
    assertThat(out.resolve("checkpoints/step-0000000/ema.safetensors")).isRegularFile();
    assertThat(out.resolve("labels.json")).isRegularFile();
  }

  @Test
  void weightsOfAnotherReleaseAreRefused() {
    Path rar = GOLDEN.resolveSibling("rar");
    int code =
        IdealCommand.execute(
            new PrintWriter(new StringWriter(), true),
            new PrintWriter(err, true),
            "import",
            "llamagen",
            "--weights",
            rar.resolve("weights.safetensors").toString(),
            "--config",
            rar.resolve("config.json").toString(),
            "--out",
            folder.resolve("run").toString());
    assertThat(code).isEqualTo(1);
    assertThat(err.toString())
        .contains("has no 'layers.0.feed_forward.w1.weight'; are these weights of the LlamaGen");
  }

  @Test
  void aDifferenceIsShownAndNothingIsWritten() throws Exception {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile given = SafetensorsFile.open(GOLDEN.resolve("reference.safetensors"))) {
      for (String name : new String[] {"in.shallow", "in.deep", "in.image", "deep_hat"}) {
        tensors.put(name, Tensor.of(given.floats(name), given.shape(name)));
      }
      float[] gradient = given.floats("grad.pre_slots_quant.bias");
      gradient[2] += 1e-3f;
      tensors.put("grad.pre_slots_quant.bias", Tensor.of(gradient, gradient.length));
    }
    Path changed = folder.resolve("changed.safetensors");
    SafetensorsWriter.write(changed, tensors, Map.of());
    Path out = folder.resolve("run");
    assertThat(run(1, changed, out)).contains("TOO LARGE", "failed: 1 of 2", "nothing was written");
    assertThat(out).doesNotExist();
  }
}
