package io.github.ideal4j.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Random weights under the names of a family, of the sizes that a configuration asks for. */
public final class GeneratedBackbone {

  private final VisionArchitecture is;
  private final FamilyNames names;
  private final SplittableRandom random = new SplittableRandom(5);
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private GeneratedBackbone(VisionArchitecture is, FamilyNames names) {
    this.is = is;
    this.names = names;
  }

  /** What the family's weights file holds, by name. */
  static Map<String, Tensor> tensors(String config) throws IOException {
    JsonNode json = new ObjectMapper().readTree(config);
    VisionFamily family = VisionFamily.of(json);
    VisionArchitecture is = family.architecture(json);
    return new GeneratedBackbone(is, family.names(is)).make();
  }

  /** Writes a folder as the family publishes it. */
  public static Path write(Path folder, String config) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config);
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors(config), Map.of());
    return folder;
  }

  private Map<String, Tensor> make() {
    int width = is.width();
    String root = names.roots().get(0);
    put(root + names.patch() + ".weight", width, 3, is.patch(), is.patch());
    if (!names.biasless().contains("patch")) {
      put(root + names.patch() + ".bias", width);
    }
    if (names.classToken() != null) {
      put(root + names.classToken(), 1, 1, width);
    }
    if (names.registers() != null) {
      put(root + names.registers(), 1, is.registers(), width);
    }
    if (names.positions() != null) {
      int grid = is.imageHeight() / is.patch();
      put(root + names.positions(), grid * grid + (is.classToken() ? 1 : 0), width);
    }
    if (names.normBefore() != null) {
      affine(root + names.normBefore(), width);
    }
    affine(root + names.norm(), width);
    for (int i = 0; i < is.layers(); i++) {
      block(root + names.blocks().get(0).formatted(i));
    }
    return tensors;
  }

  private void block(String prefix) {
    int width = is.width();
    for (Map.Entry<String, String> part : names.parts().entrySet()) {
      String name = prefix + part.getValue();
      switch (part.getKey()) {
        case "norm1", "norm2" -> affine(name, width);
        case "scale1", "scale2" -> put(name, width);
        case "query", "key", "value", "proj" -> linear(part.getKey(), name, width, width);
        case "fc1", "gate", "up" -> linear(part.getKey(), name, is.hidden(), width);
        case "gate_up" -> linear(part.getKey(), name, 2 * is.hidden(), width);
        case "fc2", "down" -> linear(part.getKey(), name, width, is.hidden());
        default -> throw new IllegalStateException(part.getKey());
      }
    }
  }

  private void linear(String part, String name, int out, int in) {
    put(name + ".weight", out, in);
    if (!names.biasless().contains(part)) {
      put(name + ".bias", out);
    }
  }

  private void affine(String name, int width) {
    put(name + ".weight", width);
    put(name + ".bias", width);
  }

  private void put(String name, long... shape) {
    int count = 1;
    for (long side : shape) {
      count *= (int) side;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (0.2 * random.nextGaussian());
    }
    tensors.put(name, Tensor.of(values, shape));
  }
}
