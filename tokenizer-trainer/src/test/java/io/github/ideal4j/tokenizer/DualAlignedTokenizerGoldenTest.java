package io.github.ideal4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer.Reconstruction;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole tokenizer against the numbers of the IDEAL release. */
@Tag("golden")
class DualAlignedTokenizerGoldenTest {

  private static final float VALUES = 2e-5f; // float32, four blocks
  private static final double LOSSES = 1e-5;
  private static final double GRADIENTS = 1e-4; // of the largest entry of the tensor
  private static final double ZERO = 1e-6; // gradients that are zero in exact arithmetic

  private NDManager manager;
  private GoldenSet set;
  private SafetensorsFile reference;
  private DualAlignedTokenizer tokenizer;

  @BeforeEach
  void load() throws IOException {
    set = GoldenSet.find("ideal");
    manager = TorchEngine.start(1).newManager(Device.cpu());
    reference = set.open("reference.safetensors");
    tokenizer =
        TokenizerImport.load(
            TokenizerImport.config(set.file("config.json"), List.of()),
            set.file("weights.safetensors"),
            manager);
  }

  @AfterEach
  void close() throws IOException {
    if (manager != null) {
      Autograd.setRecording(false);
      reference.close();
      manager.close();
    }
  }

  @Test
  void everyPartComputesWhatTheReleaseComputes() {
    NDArray shallow = given("in.shallow");
    NDArray deep = given("in.deep");
    assertClose(tokenizer.fuse(shallow, deep), "fused");
    assertClose(tokenizer.project(shallow, deep), "pre_quant");
    Reconstruction result = tokenizer.forward(shallow, deep, false);
    assertThat(result.quantized().indices().toLongArray())
        .containsExactly(reference.longs("indices"));
    assertThat(tokenizer.encode(shallow, deep).toLongArray())
        .containsExactly(reference.longs("indices"));
    assertClose(result.quantized().codes(), "quantized");
    assertClose(result.deep(), "deep_hat");
    assertClose(result.shallow(), "shallow_hat");
    assertClose(result.pixels(), "reconstruction");
  }

  @Test
  void lossesAndAllGradientsAreThoseOfTheRelease() {
    TokenizerTrace trace =
        TokenizerTrace.of(tokenizer, given("in.shallow"), given("in.deep"), given("in.image"));
    trace
        .losses()
        .forEach(
            (name, loss) ->
                assertLoss(
                    name, loss, reference.floats(name.equals("total") ? name : "loss." + name)[0]));
    assertThat(trace.losses()).hasSize(9);
    assertThat(trace.gradients().keySet()).isEqualTo(tokenizer.parameters().keySet());
    for (Map.Entry<String, NDArray> parameter : tokenizer.parameters().entrySet()) {
      assertGradient(parameter.getKey(), parameter.getValue());
    }
  }

  private static void assertLoss(String name, NDArray actual, double expected) {
    assertThat(Math.abs(actual.getFloat() - expected)).as(name).isLessThan(LOSSES);
  }

  private void assertGradient(String name, NDArray parameter) {
    float[] expected = reference.floats("grad." + name);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    try (NDArray gradient = Autograd.gradient(parameter)) {
      float[] actual = gradient.toFloatArray();
      double allowed = Math.max(GRADIENTS * largest, ZERO);
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs(actual[i] - expected[i]))
            .as("gradient of %s at %d", name, i)
            .isLessThan((float) allowed);
      }
    }
  }

  private NDArray given(String name) {
    return NamedArrays.read(reference, name, manager);
  }

  private void assertClose(NDArray actual, String name) {
    assertThat(actual.toFloatArray())
        .as(name)
        .usingComparatorWithPrecision(VALUES)
        .containsExactly(reference.floats(name));
  }
}
