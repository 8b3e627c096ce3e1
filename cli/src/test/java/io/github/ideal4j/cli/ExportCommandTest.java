package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.pipeline.ShippedFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be exported without training. */
class ExportCommandTest {

  @TempDir Path temporary;
  private final StringWriter printed = new StringWriter();

  private int run(String... arguments) {
    return IdealCommand.execute(new PrintWriter(printed), arguments);
  }

  private static String bundle() {
    return ShippedFiles.locate().bundle().orElseThrow().toString();
  }

  @Test
  void aBundleIsWrittenForOtherServers() {
    Path triton = temporary.resolve("triton");
    Path djl = temporary.resolve("djl");
    assertThat(run("export", bundle(), "--triton", triton.toString(), "--djl", djl.toString()))
        .isZero();
    assertThat(triton.resolve("tiny-encoder/1/model.onnx")).exists();
    assertThat(triton.resolve("tiny-prior/config.pbtxt")).exists();
    assertThat(djl.resolve("encoder/serving.properties"))
        .content()
        .contains("engine=OnnxRuntime")
        .contains("image_size=64");
    assertThat(djl.resolve("decoder/libs/ideal-onnx-export.jar")).exists();
    assertThat(printed.toString().lines()).hasSize(5);
  }

  @Test
  void anOnnxFileIsDescribed() {
    assertThat(run("export", "inspect", bundle() + "/encoder.onnx", "--largest", "2")).isZero();
    assertThat(printed.toString())
        .contains("opset       ai.onnx 20")
        .contains("input       images uint8 [n, 64, 64, 3]")
        .contains("output      tokens uint16 [n, 16, 16]")
        .contains("LayerNormalization")
        .contains("smaller ones");
  }

  @Test
  void anOnnxFileIsDescribedForMachines() {
    assertThat(run("export", "inspect", bundle() + "/decoder.onnx", "--json")).isZero();
    assertThat(printed.toString()).contains("\"opsets\" : {").contains("\"ai.onnx\" : 20");
  }

  @Test
  void whatIsMissingIsWrongUsage() {
    assertThat(run("export")).isEqualTo(2);
    assertThat(run("export", bundle())).isEqualTo(2);
    assertThat(run("export", temporary.toString())).isEqualTo(2);
    String djl = temporary.resolve("djl").toString();
    assertThat(run("export", bundle(), "--djl", djl, "--precision", "fp16")).isEqualTo(2);
    assertThat(Path.of(djl)).doesNotExist();
    String other = temporary.resolve("other").toString();
    String[] prior = {"export", other, "--out", djl, "--prior", other, "--flavor", "ort"};
    assertThat(run(prior)).isEqualTo(2);
  }

  @Test
  void aFileOfAnotherKindFails() {
    assertThat(run("export", "inspect", bundle() + "/model.json")).isEqualTo(1);
  }
}
