package io.github.ideal4j.golden;

import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
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
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private TinyVit(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Writes the weights that follow from a seed. */
  public static Path write(Path file, long seed) throws IOException {
    TinyVit vit = new TinyVit(seed);
    vit.fill();
    SafetensorsWriter.write(file, vit.tensors, Map.of());
    return file;
  }

  private void fill() {
    uniform("patch_embed.proj.weight", 3.0 / PATCH, WIDTH, 3, PATCH, PATCH);
    uniform("patch_embed.proj.bias", 0.1, WIDTH);
    uniform("cls_token", 0.1, 1, 1, WIDTH);
    uniform("pos_embed", 0.1, 1, 1 + GRID * GRID, WIDTH);
    for (int i = 0; i < LAYERS; i++) {
      String block = "blocks." + i;
      norm(block + ".norm1");
      linear(block + ".attn.qkv", 3 * WIDTH, WIDTH);
      linear(block + ".attn.proj", WIDTH, WIDTH);
      norm(block + ".norm2");
      linear(block + ".mlp.fc1", HIDDEN, WIDTH);
      linear(block + ".mlp.fc2", WIDTH, HIDDEN);
    }
    norm("norm");
  }

  private void linear(String name, int out, int in) {
    uniform(name + ".weight", Math.sqrt(3.0 / in), out, in);
    uniform(name + ".bias", 0.1, out);
  }

  private void norm(String name) {
    put(name + ".weight", 1, 0, WIDTH);
    put(name + ".bias", 0, 0, WIDTH);
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
