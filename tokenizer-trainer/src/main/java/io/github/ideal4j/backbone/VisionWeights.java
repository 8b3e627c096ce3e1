package io.github.ideal4j.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;
import java.util.Arrays;
import java.util.function.BiConsumer;

/** Reads timm's names, checks every shape, and fits the position table to the grid. */
final class VisionWeights {

  private final SafetensorsFile file;
  private final NDManager manager;

  VisionWeights(SafetensorsFile file, NDManager manager) {
    this.file = file;
    this.manager = manager;
  }

  /** Hands out every array that the blocks up to the deep layer need, and the head if any. */
  void forEach(VisionTransformerConfig config, BiConsumer<String, NDArray> sink) {
    long width = config.width();
    long patch = config.patch();
    give(sink, "patch_embed.proj.weight", width, 3, patch, patch);
    give(sink, "patch_embed.proj.bias", width);
    positions(config, sink);
    for (int i = 0; i < config.layers(); i++) {
      block("blocks." + i, width, sink);
    }
    norm("norm", width, sink);
    if (file.has("head.weight")) {
      long classes = file.shape("head.weight")[0];
      linear("head", width, classes, sink);
    }
  }

  private void block(String name, long width, BiConsumer<String, NDArray> sink) {
    norm(name + ".norm1", width, sink);
    linear(name + ".attn.qkv", width, 3 * width, sink);
    linear(name + ".attn.proj", width, width, sink);
    norm(name + ".norm2", width, sink);
    long hidden = file.shape(name + ".mlp.fc1.weight")[0];
    linear(name + ".mlp.fc1", width, hidden, sink);
    linear(name + ".mlp.fc2", hidden, width, sink);
  }

  private void norm(String name, long width, BiConsumer<String, NDArray> sink) {
    give(sink, name + ".weight", width);
    give(sink, name + ".bias", width);
  }

  private void linear(String name, long in, long out, BiConsumer<String, NDArray> sink) {
    give(sink, name + ".weight", out, in);
    give(sink, name + ".bias", out);
  }

  private void give(BiConsumer<String, NDArray> sink, String name, long... shape) {
    long[] found = file.shape(name);
    if (!Arrays.equals(found, shape)) {
      throw new IllegalArgumentException(
          "tensor '%s' has the shape %s; %s was expected"
              .formatted(name, Arrays.toString(found), Arrays.toString(shape)));
    }
    sink.accept(name, NamedArrays.read(file, name, manager));
  }

  /** The table's first row belongs to the class token; the others are a square grid. */
  private void positions(VisionTransformerConfig config, BiConsumer<String, NDArray> sink) {
    int width = config.width();
    int grid = config.grid();
    long[] shape = file.shape("pos_embed");
    int known = (int) Math.round(Math.sqrt((double) shape[1] - 1));
    if (shape.length != 3 || shape[2] != width || (long) known * known + 1 != shape[1]) {
      throw new IllegalArgumentException(
          "tensor 'pos_embed' has the shape %s; [1, 1 + n * n, %d] was expected"
              .formatted(Arrays.toString(shape), width));
    }
    try (NDManager own = manager.newSubManager()) {
      NDArray table = NamedArrays.read(file, "pos_embed", own);
      NDArray classToken = NamedArrays.read(file, "cls_token", own).add(table.get(":, :1"));
      NDArray patches = table.get(":, 1:").reshape(1, known, known, width).transpose(0, 3, 1, 2);
      NDArray resized = known == grid ? patches : TorchOps.resizeBicubic(patches, grid, grid, true);
      sink.accept("class_token", kept(classToken));
      sink.accept(
          "patch_positions",
          kept(resized.reshape(1, width, (long) grid * grid).transpose(0, 2, 1)));
    }
  }

  /** A compact copy that outlives the arrays it was computed from. */
  private NDArray kept(NDArray array) {
    return NamedArrays.of(array.toFloatArray(), array.getShape(), manager);
  }
}
