package io.github.ideal4j.golden;

import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A vision transformer of random weights, named as timm does, that takes milliseconds an image. */
public final class TinyVit {

  public static final int INPUT_SIZE = 32;
  public static final int GRID = 4;
  public static final int WIDTH = 64;
  public static final int LAYERS = 2;
  private static final int PATCH = INPUT_SIZE / GRID;
  private static final int HIDDEN = 2 * WIDTH;

  private final SplittableRandom random;
  private final int width;
  private final int layers;
  private final int patch;
  private final int grid;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private TinyVit(long seed, int width, int layers, int patch, int grid) {
    random = new SplittableRandom(seed);
    this.width = width;
    this.layers = layers;
    this.patch = patch;
    this.grid = grid;
  }

  /** Writes the weights that follow from a seed. */
  public static Path write(Path file, long seed) throws IOException {
    return write(file, new TinyVit(seed, WIDTH, LAYERS, PATCH, GRID), HIDDEN);
  }

  /** Writes random weights of the backbone that a configuration wants, which may be a large one. */
  public static Path write(Path file, TokenizerTrainingConfig config) throws IOException {
    int width = config.model().width();
    int grid = config.model().grid();
    int patch = config.backbone().inputSize() / grid;
    return write(
        file, new TinyVit(0, width, config.backbone().deepLayer(), patch, grid), 4 * width);
  }

  private static Path write(Path file, TinyVit vit, int hidden) throws IOException {
    vit.fill(hidden);
    SafetensorsWriter.write(file, vit.tensors, Map.of());
    return file;
  }

  private void fill(int hidden) {
    uniform("patch_embed.proj.weight", 3.0 / patch, width, 3, patch, patch);
    uniform("patch_embed.proj.bias", 0.1, width);
    uniform("cls_token", 0.1, 1, 1, width);
    uniform("pos_embed", 0.1, 1, 1 + grid * grid, width);
    for (int i = 0; i < layers; i++) {
      String block = "blocks." + i;
      norm(block + ".norm1");
      linear(block + ".attn.qkv", 3 * width, width);
      linear(block + ".attn.proj", width, width);
      norm(block + ".norm2");
      linear(block + ".mlp.fc1", hidden, width);
      linear(block + ".mlp.fc2", width, hidden);
    }
    norm("norm");
  }

  private void linear(String name, int out, int in) {
    uniform(name + ".weight", Math.sqrt(3.0 / in), out, in);
    uniform(name + ".bias", 0.1, out);
  }

  private void norm(String name) {
    put(name + ".weight", 1, 0, width);
    put(name + ".bias", 0, 0, width);
  }

  private void uniform(String name, double limit, long... shape) {
    put(name, 0, limit, shape);
  }

  private void put(String name, double centre, double limit, long... shape) {
    int size = 1;
    for (long side : shape) {
      size *= (int) side;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (centre + limit * (2 * random.nextDouble() - 1));
    }
    tensors.put(name, Tensor.of(values, shape));
  }
}
