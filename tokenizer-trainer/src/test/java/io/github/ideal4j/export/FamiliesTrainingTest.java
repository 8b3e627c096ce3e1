package io.github.ideal4j.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.backbone.GeneratedBackbone;
import io.github.ideal4j.golden.TinyPhotographs;
import io.github.ideal4j.golden.TinyTokenizer;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.tokenizer.TokenizerTrainer;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tokenizer on every family of backbones: trained, exported, served. */
class FamiliesTrainingTest {

  private static final int WIDTH = 48;
  private static final int GRID = 4;

  @TempDir Path folder;

  /** The first is DINO's ViT-S/16, which is published as a ViT, at another size. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{'model_type':'vit','patch_size':16,'image_size':64,'qkv_bias':true}",
        "{'model_type':'dinov2','patch_size':14,'image_size':70,'mlp_ratio':1.5}",
        "{'model_type':'dinov2_with_registers','patch_size':14,'image_size':56,'mlp_ratio':2,'num_register_tokens':4,'use_swiglu_ffn':true}",
        "{'model_type':'dinov3_vit','patch_size':16,'image_size':64,'num_register_tokens':4}"
      })
  void aTokenizerOnDinoTrainsAndIsServed(String given) throws IOException {
    requireTrainedAndServed(given);
  }

  /** The other families: {@code -Dideal.long=true}. */
  @EnabledIfSystemProperty(
      named = "ideal.long",
      matches = "true",
      disabledReason = "more of the same; -Dideal.long=true runs it")
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{'model_type':'vit_mae','patch_size':16,'image_size':64}",
        "{'model_type':'dinov2','patch_size':14,'image_size':56,'mlp_ratio':2,'use_swiglu_ffn':true}",
        "{'model_type':'siglip_vision_model','patch_size':16,'image_size':64}",
        "{'model_type':'clip_vision_model','patch_size':16,'image_size':64}"
      })
  void aTokenizerOnAnotherFamilyTrainsAndIsServed(String given) throws IOException {
    requireTrainedAndServed(given);
  }

  private void requireTrainedAndServed(String given) throws IOException {
    String sizes =
        "{'hidden_size':%d,'num_hidden_layers':4,'num_attention_heads':4,'intermediate_size':72,"
            .formatted(WIDTH);
    String config = (sizes + given.substring(1)).replace('\'', '"');
    Path backbone = GeneratedBackbone.write(folder.resolve("backbone"), config);
    int patch = given.contains("'patch_size':14") ? 14 : 16;
    int size = 32;
    List<String> settings =
        List.of(
            "model.imageSize=" + size,
            "model.grid=" + GRID,
            "model.width=" + WIDTH,
            "model.features.heads=4",
            "backbone.inputSize=" + GRID * patch,
            "backbone.shallowLayer=2",
            "backbone.deepLayer=4",
            "loss.lpips=0",
            "adversarial.weight=0.5",
            "adversarial.taps=[1,4]",
            "adversarial.discriminatorStart=1",
            "adversarial.generatorStart=1",
            "training.batch=4",
            "training.steps=3",
            "training.logEvery=1",
            "training.checkpointEvery=3");
    List<RgbImage> others = TinyPhotographs.of(3, size, 3);
    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      new TokenizerTrainer(
              TinyTokenizer.config(settings.toArray(new String[0])),
              manager,
              folder.resolve("features"),
              Progress.silent(),
              new StopSignal())
          .train(
              new TokenizerTrainer.Photographs(TinyPhotographs.of(8, size, 1), List.of(), Map.of()),
              backbone,
              folder.resolve("run"),
              false);
    }
    TokenizerRun run = TokenizerRun.open(folder.resolve("run"));
    List<Map<String, Double>> lines = run.folder().metrics().read();
    assertThat(lines).hasSize(3).allSatisfy(line -> assertThat(line.get("loss")).isFinite());
    assertThat(lines.get(2)).containsKeys("shallowMse", "deepMse", "adversarial");

    TokenizerExport.Result exported =
        TokenizerExport.export(run, backbone, "toy", others, folder.resolve("bundle"));
    assertThat(exported.comparison().differing()).isZero();
    assertThat(exported.bundle().description().backbone().layers()).containsExactly(2, 4);
    try (ImageTokenizer served = ImageTokenizer.open(exported.bundle(), SessionSettings.cpu())) {
      assertThat(served.encode(others)).hasDimensions(3, GRID * GRID);
    }
  }
}
