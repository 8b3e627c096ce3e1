package io.github.ideal4j.pipeline.bench;

import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A vision transformer of random weights, named as timm does: what it says is of no use. */
final class RandomBackbone {

  private final SplittableRandom random = new SplittableRandom(0);
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private RandomBackbone() {}

  /** Writes a backbone that fits a configuration. */
  static Path write(Path file, TokenizerTrainingConfig config) throws IOException {
    RandomBackbone backbone = new RandomBackbone();
    backbone.fill(config);
    SafetensorsWriter.write(file, backbone.tensors, Map.of());
    return file;
  }

  private void fill(TokenizerTrainingConfig config) {
    int width = config.model().width();
    int grid = config.model().grid();
    int patch = config.backbone().inputSize() / grid;
    uniform("patch_embed.proj.weight", 3.0 / patch, width, 3, patch, patch);
    uniform("patch_embed.proj.bias", 0.1, width);
    uniform("cls_token", 0.1, 1, 1, width);
    uniform("pos_embed", 0.1, 1, 1 + grid * grid, width);
    for (int i = 0; i < config.backbone().deepLayer(); i++) {
      String block = "blocks.%d".formatted(i);
      norm(block + ".norm1", width);
      linear(block + ".attn.qkv", 3 * width, width);
      linear(block + ".attn.proj", width, width);
      norm(block + ".norm2", width);
      linear(block + ".mlp.fc1", 4 * width, width);
      linear(block + ".mlp.fc2", width, 4 * width);
    }
    norm("norm", width);
  }

  private void linear(String name, int out, int in) {
    uniform(name + ".weight", Math.sqrt(3.0 / in), out, in);
    uniform(name + ".bias", 0.1, out);
  }

  private void norm(String name, int width) {
    put(name + ".weight", 1, 0, width);
    put(name + ".bias", 0, 0, width);
  }

  private void uniform(String name, double limit, int... shape) {
    put(name, 0, limit, shape);
  }

  private void put(String name, double centre, double limit, int... sides) {
    long[] shape = new long[sides.length];
    int size = 1;
    for (int i = 0; i < sides.length; i++) {
      shape[i] = sides[i];
      size = Math.multiplyExact(size, sides[i]);
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (centre + limit * (2 * random.nextDouble() - 1));
    }
    tensors.put(name, Tensor.of(values, shape));
  }
}
