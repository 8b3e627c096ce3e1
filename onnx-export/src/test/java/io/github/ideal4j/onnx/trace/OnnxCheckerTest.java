package io.github.ideal4j.onnx.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checker of the ONNX project accepts our files, with full shape inference. */
class OnnxCheckerTest {

  @TempDir Path folder;

  @Test
  void acceptsAnExportedLanguageModel() throws Exception {
    Path python =
        Path.of(Optional.ofNullable(System.getenv("IDEAL_PYTHON")).orElse("../.venv/bin/python"));
    assumeThat(Files.isExecutable(python))
        .as("no Python with onnx at %s; set IDEAL_PYTHON", python)
        .isTrue();
    Path file = folder.resolve("gpt.onnx");
    try (NDManager manager = NDManager.newBaseManager()) {
      Block block = Blocks.initialized(new Blocks.Gpt(20, 16, 32), manager, new Shape(1, 7));
      OnnxExporter.export(
              block,
              List.of(InputSpec.longs("ids", 20, "batch", "time")),
              ExportOptions.named("gpt", "logits")
                  .withSymbols(new Symbol("time", 7, 9, 4, List.of(16L))))
          .write(file);
    }
    Process process =
        new ProcessBuilder(
                python.toString(),
                "-c",
                "import onnx, sys; onnx.checker.check_model(sys.argv[1], full_check=True); print('valid')",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    process.waitFor();
    assertThat(said.strip()).isEqualTo("valid");
  }
}
