package io.github.ideal4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.Provider;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.pipeline.ProviderExamination.Placement;
import io.github.ideal4j.server.trial.ToyBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderExaminationTest {

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    ToyBundle.write(folder);
  }

  @Test
  void everyNodeRunsOnTheProcessor() throws IOException {
    Map<String, Placement> found =
        ProviderExamination.of(folder, SessionSettings.cpu().withThreads(1));
    assertThat(found).containsKeys(BundleFiles.ENCODER, BundleFiles.DECODER);
    for (Placement placement : found.values()) {
      assertThat(placement.nodes()).containsOnlyKeys("CPUExecutionProvider");
      assertThat(placement.nodes().get("CPUExecutionProvider")).isPositive();
      assertThat(placement.elsewhere()).isEmpty();
      assertThat(placement.runSeconds()).isPositive();
    }
    assertThat(found.get(BundleFiles.ENCODER).toString())
        .matches(
            "[0-9]+ nodes on CPUExecutionProvider, loads in [0-9.]+ s, one image in [0-9.]+ ms");
  }

  @Test
  void missingProviderIsToldAsServingTellsIt() {
    assumeTrue(
        !OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        "this ONNX Runtime has CUDA");
    SessionSettings cuda = new SessionSettings(Provider.parse("cuda"), 1);
    assertThatThrownBy(() -> ProviderExamination.of(folder, cuda))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("encoder.onnx does not load on cuda:0: CUDAExecutionProvider was");
  }

  @Test
  void nodesOnAnotherProviderAreNamed() {
    Placement placement =
        new Placement(1.5, 0.002, Map.of("CUDAExecutionProvider", 7), Map.of("NonZero", 1));
    assertThat(placement)
        .hasToString(
            "7 nodes on CUDAExecutionProvider, elsewhere {NonZero=1}, loads in 1.50 s, one image in 2.00 ms");
  }
}
