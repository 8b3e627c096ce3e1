package io.github.ideal4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ideal4j.golden.GoldenSet;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerImportTest {

  @TempDir Path folder;
  private NDManager manager;
  private Path sizes;
  private Path weights;

  @BeforeEach
  void open() throws IOException {
    manager = TorchEngine.start(1).newManager(Device.cpu());
    GoldenSet set = GoldenSet.find("ideal");
    sizes = set.file("config.json");
    weights = set.file("weights.safetensors");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void anImportedRunIsOpenedLikeAnyOther() throws IOException {
    TokenizerTrainingConfig config =
        TokenizerImport.config(sizes, List.of("backbone.deepLayer=12"));
    assertThat(config.backbone().deepLayer()).isEqualTo(12);
    Map<String, Path> origin = Map.of("weights", weights);
    Path root = folder.resolve("run");
    try (DualAlignedTokenizer tokenizer = TokenizerImport.load(config, weights, manager)) {
      TokenizerImport.write(config, tokenizer, origin, root, manager);
      assertThatThrownBy(() -> TokenizerImport.write(config, tokenizer, origin, root, manager))
          .hasMessageContaining("already holds a run");
    }
    TokenizerRun run = TokenizerRun.open(root);
    assertThat(run.config()).isEqualTo(config);
    assertThat(run.checkpoint().step()).isZero();
    try (DualAlignedTokenizer again = run.load(manager);
        SafetensorsFile given = SafetensorsFile.open(weights)) {
      for (Map.Entry<String, NDArray> array : again.parameters().entrySet()) {
        assertThat(array.getValue().toFloatArray())
            .as(array.getKey())
            .isEqualTo(given.floats(array.getKey()));
      }
    }
  }

  @Test
  void aMissingSizeIsNamed() throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode tree = (ObjectNode) json.readTree(sizes.toFile());
    tree.remove("codebook_dim");
    Path damaged = folder.resolve("sizes.json");
    json.writeValue(damaged.toFile(), tree);
    assertThatThrownBy(() -> TokenizerImport.config(damaged, List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'codebook_dim' must be a number, got nothing");
    Files.writeString(damaged, "{");
    assertThatThrownBy(() -> TokenizerImport.config(damaged, List.of()))
        .hasMessageContaining("is no JSON");
  }

  @Test
  void aTensorThatIsMissingOrSurplusIsNamed() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile given = SafetensorsFile.open(weights)) {
      given
          .names()
          .forEach(name -> tensors.put(name, Tensor.of(given.floats(name), given.shape(name))));
    }
    tensors.remove("pre_slots_quant.bias");
    assertRefused(tensors, "tensor 'pre_slots_quant.bias' is missing");
    tensors.put("pre_slots_quant.bias", Tensor.of(new float[3], 3));
    assertRefused(tensors, "'pre_slots_quant.bias' has the shape [3]; [8] was expected");
  }

  private void assertRefused(Map<String, Tensor> tensors, String message) throws IOException {
    Path changed = folder.resolve("changed.safetensors");
    SafetensorsWriter.write(changed, tensors, Map.of());
    TokenizerTrainingConfig config = TokenizerImport.config(sizes, List.of());
    assertThatThrownBy(() -> TokenizerImport.load(config, changed, manager))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }
}
