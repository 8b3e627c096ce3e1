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

class ImportCommandTest {

  private static final Path GOLDEN =
      ShippedFiles.locate().home().resolve("tokenizer-trainer/src/test/resources/golden/ideal");

  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  private String run(int expected, Path reference, Path out) {
    StringWriter said = new StringWriter();
    int code =
        IdealCommand.execute(
            new PrintWriter(said, true),
            new PrintWriter(err, true),
            "import",
            "ideal",
            "--weights",
            GOLDEN.resolve("weights.safetensors").toString(),
            "--config",
            GOLDEN.resolve("config.json").toString(),
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
