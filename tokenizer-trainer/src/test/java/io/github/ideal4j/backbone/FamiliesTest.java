package io.github.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.graph.HalfPrecision;
import io.github.ideal4j.onnx.trace.ExportOptions;
import io.github.ideal4j.onnx.trace.ExportedModel;
import io.github.ideal4j.onnx.trace.InputSpec;
import io.github.ideal4j.onnx.trace.OnnxExporter;
import io.github.ideal4j.onnx.trace.OutputSpec;
import io.github.ideal4j.onnx.trace.Symbol;
import io.github.ideal4j.onnx.trace.Tolerance;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every family beside its reference numbers. */
class FamiliesTest {

  @TempDir Path folder;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    Autograd.setRecording(false);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dinov2",
        "dinov2-registers-swiglu",
        "dinov3",
        "dinov3-gated-rect",
        "siglip2-two-tower",
        "clip",
        "vit",
        "vit-mae",
        "timm-siglip",
        "timm-vit-registers"
      })
  void everyFamilyExportsAndServesTheSameTokens(String name) throws IOException {
    try (BackboneFolder published = BackboneFolder.open(GoldenSet.find("vfm/" + name).folder())) {
      VisionArchitecture is = published.architecture();
      BackboneLayers layers = BackboneLayers.of(is);
      try (VisionBackbone backbone =
          VisionBackbone.open(published, layers, is.imageHeight(), is.imageWidth(), manager)) {
        ExportOptions exact =
            new ExportOptions(
                "backbone",
                List.of(OutputSpec.of("shallow"), OutputSpec.of("deep")),
                List.of(new Symbol("n", 2, 3, 1, List.of(1L, 5L))),
                new Tolerance(1e-4, 1e-4, 0),
                false);
        List<InputSpec> inputs =
            List.of(InputSpec.floats("pixels", "n", 3, is.imageHeight(), is.imageWidth()));
        ExportedModel model = OnnxExporter.export(backbone.block(), inputs, exact);
        // Export itself fails beyond the tolerance; a half has three digits, through all blocks.
        OnnxExporter.export(
            backbone.block(),
            inputs,
            exact.withRewrite(new HalfPrecision()).withTolerance(new Tolerance(5e-2, 5e-2, 0)));
        assertThat(model.report().passed()).isTrue();
      }
    }
  }

  @Test
  void aSecondReadingGivesTheSameTokensAndALowerDeepLevelReadsLess() throws IOException {
    Path path = GoldenSet.find("vfm/dinov2").folder();
    try (VisionBackbone all = VisionBackbone.open(path, new BackboneLayers(1, 4), 56, manager);
        VisionBackbone again = VisionBackbone.open(path, new BackboneLayers(1, 4), 56, manager);
        VisionBackbone half = VisionBackbone.open(path, new BackboneLayers(1, 2), 56, manager)) {
      NDArray pixels = manager.arange(2f * 3 * 56 * 56).reshape(2, 3, 56, 56).sin();
      assertThat(again.tokens(pixels).deep().toFloatArray())
          .containsExactly(all.tokens(pixels).deep().toFloatArray());
      assertThat(half.tokens(pixels).shallow().toFloatArray())
          .containsExactly(all.tokens(pixels).shallow().toFloatArray());
      assertThat(half.block().getParameters().size())
          .isLessThan(all.block().getParameters().size());
      assertThat(all.tokens(pixels).deep().getShape()).isEqualTo(new Shape(2, 16, 48));
    }
  }

  /** timm's names for what the library calls vit: the same numbers under both. */
  @Test
  void timmNamesGiveTheTokensOfTheLibrary() throws IOException {
    Path library = GoldenSet.find("vfm/vit").folder();
    Path file = folder.resolve("timm.safetensors");
    try (SafetensorsFile from = SafetensorsFile.open(library.resolve("model.safetensors"))) {
      Map<String, Tensor> renamed = new LinkedHashMap<>();
      copy(from, renamed, "embeddings.cls_token", "cls_token");
      copy(from, renamed, "embeddings.position_embeddings", "pos_embed");
      affine(from, renamed, "embeddings.patch_embeddings.projection", "patch_embed.proj");
      affine(from, renamed, "layernorm", "norm");
      for (int i = 0; i < 2; i++) {
        String there = "encoder.layer.%d.".formatted(i);
        String here = "blocks.%d.".formatted(i);
        affine(from, renamed, there + "layernorm_before", here + "norm1");
        affine(from, renamed, there + "layernorm_after", here + "norm2");
        affine(from, renamed, there + "attention.output.dense", here + "attn.proj");
        affine(from, renamed, there + "intermediate.dense", here + "mlp.fc1");
        affine(from, renamed, there + "output.dense", here + "mlp.fc2");
        for (String kind : List.of("weight", "bias")) {
          List<float[]> parts = new ArrayList<>();
          for (String part : List.of("query", "key", "value")) {
            parts.add(from.floats(there + "attention.attention." + part + "." + kind));
          }
          float[] joined = new float[3 * parts.get(0).length];
          for (int p = 0; p < 3; p++) {
            System.arraycopy(parts.get(p), 0, joined, p * parts.get(p).length, parts.get(p).length);
          }
          long[] shape = kind.equals("weight") ? new long[] {72, 24} : new long[] {72};
          renamed.put(here + "attn.qkv." + kind, Tensor.of(joined, shape));
        }
      }
      SafetensorsWriter.write(file, renamed, Map.of());
    }
    try (BackboneFolder timm = BackboneFolder.open(file)) {
      assertThat(timm.architecture().family()).isEqualTo("timm vit");
      assertThat(timm.architecture().imageHeight()).isEqualTo(48);
      assertThat(timm.architecture().hidden()).isEqualTo(40);
      assertThat(timm.preprocessing().normalization()).isEqualTo(Normalization.HALF);
    }
  }

  private static void affine(
      SafetensorsFile from, Map<String, Tensor> to, String there, String here) {
    copy(from, to, there + ".weight", here + ".weight");
    copy(from, to, there + ".bias", here + ".bias");
  }

  private static void copy(
      SafetensorsFile from, Map<String, Tensor> to, String there, String here) {
    to.put(here, Tensor.of(from.floats(there), from.shape(there)));
  }

  @Test
  void tensorsThatDoNotBelongAreNamed() throws IOException {
    Path source = GoldenSet.find("vfm/vit").folder();
    assertThatThrownBy(() -> openChanged(source, "encoder.layer.1.output.dense.bias", null, null))
        .as("a missing bias is taken as zero only where a family may leave it out")
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> openChanged(source, "layernorm.weight", null, null))
        .hasMessageContaining("tensor 'layernorm.weight' of a vit backbone is missing");
    assertThatThrownBy(
            () ->
                openChanged(
                    source, "layernorm.weight", "layernorm.weight", Tensor.of(new float[23], 23)))
        .hasMessageContaining("tensor 'layernorm.weight' has the shape [23]; [24] was expected");
    assertThatThrownBy(
            () -> openChanged(source, "none", "encoder.adapter", Tensor.of(new float[1], 1)))
        .hasMessageContaining("tensor 'encoder.adapter' belongs to no vit backbone");
  }

  private void openChanged(Path source, String removed, String added, Tensor tensor)
      throws IOException {
    Path copy = folder.resolve("changed");
    Files.createDirectories(copy);
    Files.writeString(copy.resolve("config.json"), Files.readString(source.resolve("config.json")));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile from = SafetensorsFile.open(source.resolve("model.safetensors"))) {
      for (String name : from.names()) {
        if (!name.equals(removed)) {
          copy(from, tensors, name, name);
        }
      }
    }
    if (added != null) {
      tensors.put(added, tensor);
    }
    SafetensorsWriter.write(copy.resolve("model.safetensors"), tensors, Map.of());
    VisionBackbone.open(copy, new BackboneLayers(1, 2), 48, manager).close();
  }

  @Test
  void anUnknownModelIsAnsweredWithThoseThatAreKnown() throws IOException {
    Path copy = folder.resolve("unknown");
    Files.createDirectories(copy);
    Files.writeString(copy.resolve("config.json"), "{\"model_type\": \"resnet\"}");
    SafetensorsWriter.write(
        copy.resolve("model.safetensors"), Map.of("a", Tensor.of(new float[1], 1)), Map.of());
    assertThatThrownBy(() -> BackboneFolder.open(copy))
        .hasMessageContaining("unknown model_type 'resnet'")
        .hasMessageContaining("dinov3_vit")
        .hasMessageContaining("siglip");
    Files.writeString(copy.resolve("config.json"), "{}");
    assertThatThrownBy(() -> BackboneFolder.open(copy)).hasMessageContaining("timm's tensors");
  }

  @Test
  void photographsAreResizedAndCutAsTheConfigurationSays() throws IOException {
    Path copy = folder.resolve("preprocessing");
    Files.createDirectories(copy);
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(GoldenSet.find("vfm/vit").file(name), copy.resolve(name));
    }
    Files.writeString(
        copy.resolve("preprocessor_config.json"),
        """
        {"size": {"shortest_edge": 60}, "crop_size": {"height": 48, "width": 48},
         "do_center_crop": true, "resample": 2,
         "image_mean": [0, 0.5, 1], "image_std": [1, 0.5, 0.25]}
        """);
    try (BackboneFolder opened = BackboneFolder.open(copy)) {
      Preprocessing is = opened.preprocessing();
      byte[] white = new byte[100 * 80 * 3];
      java.util.Arrays.fill(white, (byte) 255);
      RgbImage ready = is.apply(new RgbImage(100, 80, white));
      assertThat(ready.width()).isEqualTo(48);
      assertThat(ready.height()).isEqualTo(48);
      float[] pixels = is.pixels(new RgbImage(100, 80, white));
      assertThat(pixels).hasSize(3 * 48 * 48);
      assertThat(pixels[0]).isEqualTo(1f);
      assertThat(pixels[48 * 48]).isEqualTo(1f);
      assertThat(pixels[2 * 48 * 48]).isEqualTo(0f);
    }
  }

  @Test
  void blocksRunAsPartOfALargerGraph() throws IOException {
    Path path = GoldenSet.find("vfm/siglip2").folder();
    try (VisionBackbone backbone =
        VisionBackbone.open(path, new BackboneLayers(1, 4), 64, manager)) {
      NDArray pixels = manager.zeros(new Shape(1, 3, 64, 64));
      NDList outputs =
          backbone
              .block()
              .forward(
                  new ai.djl.training.ParameterStore(manager, false), new NDList(pixels), false);
      assertThat(outputs.get(0).getShape()).isEqualTo(new Shape(1, 16, 48));
      assertThat(outputs.get(1).toFloatArray())
          .containsExactly(backbone.tokens(pixels).deep().toFloatArray());
      assertThatThrownBy(() -> backbone.tokens(manager.zeros(new Shape(1, 3, 32, 64))))
          .hasMessageContaining("[batch, 3, 64, 64]");
    }
  }
}
