package io.github.ideal4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.golden.TinyTokenizer;
import io.github.ideal4j.golden.TinyVit;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.graph.ModelSummary;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerExportTest {

  private static final List<RgbImage> OTHERS = TinyPhotographs.of(7, TinyVit.INPUT_SIZE, 3);

  @TempDir Path folder;
  private NDManager manager;
  private Path backbone;

  @BeforeEach
  void open() throws IOException {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    backbone = TinyVit.write(folder.resolve("vit.safetensors"), 1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private TokenizerRun trained(String... overrides) throws IOException {
    return TinyTokenizer.trained(folder, backbone, manager, List.of(), overrides);
  }

  /** Every switch of the model; each graph is compared with its block on other photographs. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.fusion=LINEAR",
        "model.fusion=ATTENTION model.fusionMlp=64",
        "model.codebook.learning=GRADIENT model.codebook.restartEvery=0",
        "model.features.classToken=true",
        "model.features.registers=2 model.features.layers=2",
        "model.pixels.kind=VQGAN model.pixels.channels=[16,16,16,8]",
      })
  void everyKindOfTokenizerServesAsItWasTrained(String switches) throws IOException {
    String[] overrides = (switches + " training.steps=12").split(" ");
    TokenizerExport.Result result =
        TokenizerExport.export(
            trained(overrides), backbone, "toy", OTHERS, folder.resolve("bundle"));

    assertThat(result.comparison().equalTokens()).isGreaterThanOrEqualTo(0.998);
    assertThat(result.comparison().pixelLevels()).isLessThanOrEqualTo(1);
    assertThat(result.comparison().features()).isLessThan(1e-3);
    try (ImageTokenizer served =
        ImageTokenizer.open(Bundle.open(folder.resolve("bundle")), SessionSettings.cpu())) {
      int[][] tokens = served.encode(OTHERS);
      assertThat(tokens).hasDimensions(7, 16);
      assertThat(served.encode(OTHERS.subList(4, 5))[0])
          .as("the same token whatever the batch")
          .containsExactly(tokens[4]);
    }
  }

  /** Half the weights, fused attention: the tokens stay, but for near ties. */
  @Test
  void otherFormsServeAlmostTheSameTokens() throws IOException {
    TokenizerRun run = trained("training.steps=12");
    Bundle standard =
        TokenizerExport.export(run, backbone, "toy", OTHERS, folder.resolve("one")).bundle();
    GraphForm half = new GraphForm(GraphForm.Precision.FP16, GraphForm.Flavor.PORTABLE);
    TokenizerExport.Result small =
        TokenizerExport.export(run, backbone, "toy", OTHERS, half, folder.resolve("half"));
    assertThat(small.comparison().equalTokens()).isGreaterThanOrEqualTo(0.95);
    assertThat(Files.size(small.bundle().file(BundleFiles.ENCODER)))
        .isLessThan(Files.size(standard.file(BundleFiles.ENCODER)) * 3 / 4);
    GraphForm bytes = new GraphForm(GraphForm.Precision.INT8, GraphForm.Flavor.PORTABLE);
    TokenizerExport.Result smallest =
        TokenizerExport.export(run, backbone, "toy", OTHERS, bytes, folder.resolve("int8"));
    assertThat(smallest.comparison().equalTokens()).isGreaterThanOrEqualTo(0.75);
    GraphForm fused = new GraphForm(GraphForm.Precision.FP32, GraphForm.Flavor.ORT);
    TokenizerExport.Result ort =
        TokenizerExport.export(run, backbone, "toy", OTHERS, fused, folder.resolve("ort"));
    assertThat(ort.comparison().equalTokens()).isGreaterThanOrEqualTo(0.998);
    assertThat(ModelSummary.of(ort.bundle().file(BundleFiles.ENCODER)).operators())
        .containsKey("com.microsoft.MultiHeadAttention");
  }

  /** Equal within the share, but one token is far from the border between two codes. */
  @Test
  void aTokenThatIsNoNearTieFails() {
    GraphForm.Limits limits = GraphForm.STANDARD.limits();
    assertThat(new TokenizerExport.Comparison(10, 2560, 1, 9e-4, 0, 0, limits).passed()).isTrue();
    assertThat(new TokenizerExport.Comparison(10, 2560, 1, 2e-3, 0, 0, limits).passed()).isFalse();
    assertThat(new TokenizerExport.Comparison(10, 2560, 9, 1e-5, 0, 0, limits).passed()).isFalse();
  }

  @Test
  void theCardHasTheComparison() throws IOException {
    Bundle bundle =
        TokenizerExport.export(
                trained("training.steps=3"), backbone, "toy", OTHERS, folder.resolve("bundle"))
            .bundle();
    assertThat(bundle.file(BundleFiles.CARD))
        .content()
        .contains("## The graphs compared with the trained model")
        .contains("On 7 photographs")
        .contains("of 112 | at least 99.8 %")
        .contains("| margin between the two nearest codes where tokens differ |");
  }

  @Test
  void theSameRunGivesTheSameBytes() throws IOException {
    TokenizerRun run = trained("training.steps=3");
    Bundle one =
        TokenizerExport.export(run, backbone, "toy", OTHERS, folder.resolve("one")).bundle();
    Bundle two =
        TokenizerExport.export(run, backbone, "toy", OTHERS, folder.resolve("two")).bundle();
    assertThat(two.file(BundleFiles.ENCODER)).hasSameBinaryContentAs(one.file(BundleFiles.ENCODER));
    assertThat(two.file(BundleFiles.DECODER)).hasSameBinaryContentAs(one.file(BundleFiles.DECODER));
  }

  @Test
  void anotherBackboneIsRefused() throws IOException {
    TokenizerRun run = trained("training.steps=2");
    Path other = TinyVit.write(folder.resolve("other.safetensors"), 2);
    assertThatThrownBy(
            () -> TokenizerExport.export(run, other, "toy", OTHERS, folder.resolve("bundle")))
        .hasMessageContaining("other.safetensors");
    assertThat(folder.resolve("bundle")).doesNotExist();
  }
}
