package io.github.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Another size of every family, made here from a seed: saved, loaded, in one file and in shards.
 */
class GeneratedFamiliesTest {

  private static final int WIDTH = 40;
  private static final int HIDDEN = 56;
  private static final int PATCH = 8;
  private static final int SIDE = 40;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model_type':'dinov2','mlp_ratio':1.4}",
        "{'model_type':'dinov2','mlp_ratio':2,'use_swiglu_ffn':true}",
        "{'model_type':'dinov2_with_registers','mlp_ratio':1.4,'num_register_tokens':3}",
        "{'model_type':'dinov3_vit','num_register_tokens':0}",
        "{'model_type':'dinov3_vit','num_register_tokens':2,'use_gated_mlp':true,'hidden_act':'silu'}",
        "{'model_type':'siglip_vision_model'}",
        "{'model_type':'clip_vision_model'}",
        "{'model_type':'vit'}",
        "{'model_type':'vit_mae'}",
      })
  void whatIsSavedIsLoaded(String differing) throws IOException {
    String sizes =
        "'hidden_size':%d,'num_hidden_layers':3,'num_attention_heads':5,'intermediate_size':%d,'patch_size':%d,'image_size':%d"
            .formatted(WIDTH, HIDDEN, PATCH, SIDE);
    String config = ("{" + sizes + "," + differing.substring(1)).replace('\'', '"');
    Map<String, Tensor> tensors = GeneratedBackbone.tensors(config);
    Path single = GeneratedBackbone.write(folder.resolve("single"), config);
    Path shards = Files.createDirectories(folder.resolve("shards"));
    Files.writeString(shards.resolve("config.json"), config);
    writeShards(shards, tensors);

    try (NDManager manager = TorchEngine.start(1).newManager(Device.cpu())) {
      Autograd.setRecording(false);
      NDArray pixels = manager.arange(2f * 3 * SIDE * SIDE).reshape(2, 3, SIDE, SIDE).sin();
      float[] whole = deep(single, SIDE, pixels, manager);
      assertThat(whole).hasSize(2 * 25 * WIDTH).doesNotContain(Float.NaN);
      assertThat(deep(shards, SIDE, pixels, manager)).containsExactly(whole);
      assertThat(deep(single, SIDE, pixels.get("1:2"), manager))
          .as("an image does not see its neighbours in the batch")
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(java.util.Arrays.copyOfRange(whole, whole.length / 2, whole.length));
      NDArray larger = manager.arange(3f * 56 * 56).reshape(1, 3, 56, 56).sin();
      assertThat(deep(single, 56, larger, manager)).hasSize(49 * WIDTH).doesNotContain(Float.NaN);
    }
  }

  private static float[] deep(Path path, int side, NDArray pixels, NDManager manager)
      throws IOException {
    try (VisionBackbone backbone =
        VisionBackbone.open(path, new BackboneLayers(1, 3), side, manager)) {
      return backbone.tokens(pixels).deep().toFloatArray();
    }
  }

  private static void writeShards(Path folder, Map<String, Tensor> tensors) throws IOException {
    Map<String, Tensor> first = new LinkedHashMap<>();
    Map<String, Tensor> second = new LinkedHashMap<>();
    Map<String, String> index = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          boolean even = index.size() % 2 == 0;
          (even ? first : second).put(name, tensor);
          index.put(name, even ? "a.safetensors" : "b.safetensors");
        });
    SafetensorsWriter.write(folder.resolve("a.safetensors"), first, Map.of());
    SafetensorsWriter.write(folder.resolve("b.safetensors"), second, Map.of());
    new ObjectMapper()
        .writeValue(
            folder.resolve("model.safetensors.index.json").toFile(), Map.of("weight_map", index));
  }
}
