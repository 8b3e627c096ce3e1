package io.github.ideal4j.onnx.serving;

import static io.github.ideal4j.onnx.graph.ElementType.FLOAT;
import static io.github.ideal4j.onnx.graph.ElementType.INT32;
import static io.github.ideal4j.onnx.graph.ElementType.INT64;
import static io.github.ideal4j.onnx.graph.ElementType.UINT16;
import static io.github.ideal4j.onnx.graph.ElementType.UINT8;

import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.serving.BundleDescription.Backbone;
import io.github.ideal4j.onnx.serving.BundleDescription.Codebook;
import io.github.ideal4j.onnx.serving.BundleDescription.Grid;
import io.github.ideal4j.onnx.serving.BundleDescription.ImageSize;
import io.github.ideal4j.onnx.serving.BundleDescription.Prior;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small real tokenizer: images of 6 x 4 pixels (width, height), 2 x 3 tokens. A token is the mean
 * of the red samples of its 2 x 2 pixels, in steps of 16 with half a step added; it decodes to
 * grey.
 */
final class TinyBundle {

  static final int CODES = 16;
  static final List<String> LABELS = List.of("accordion", "ant", "barrel");

  private TinyBundle() {}

  static BundleDescription description() {
    return new BundleDescription(
        "tiny",
        new ImageSize(4, 6),
        new Grid(2, 3),
        new Codebook(CODES, 2),
        new Backbone("none", Sha256.of(new byte[0]), List.of(4, 12), List.of(0.5), List.of(0.25)),
        Optional.empty(),
        Map.of("seed", 1, "data", "four pixels"));
  }

  static BundleWriter tokenizer() {
    return new BundleWriter(description())
        .add(BundleFiles.ENCODER, encoder(16)::write)
        .add(BundleFiles.DECODER, decoder()::write);
  }

  /** Writes the tokenizer first, because the prior has to name its sum. */
  static Bundle withPrior(Path folder) throws IOException {
    Bundle plain = tokenizer().write(folder);
    return BundleWriter.copyOf(plain)
        .prior(new Prior(LABELS.size(), plain.tokenizer().sha256(), Map.of()))
        .add(BundleFiles.PRIOR, prior()::write)
        .addLabels(LABELS)
        .write(folder);
  }

  static RgbImage image(int seed) {
    byte[] pixels = new byte[4 * 6 * 3];
    new java.util.Random(seed).nextBytes(pixels);
    return new RgbImage(6, 4, pixels);
  }

  /** What the encoder must find. */
  static int[] tokens(RgbImage image) {
    int[] tokens = new int[6];
    for (int i = 0; i < tokens.length; i++) {
      int x = i % 3 * 2;
      int y = i / 3 * 2;
      int sum = image.sample(x, y, 0) + image.sample(x + 1, y, 0);
      sum += image.sample(x, y + 1, 0) + image.sample(x + 1, y + 1, 0);
      tokens[i] = sum / 4 / 16;
    }
    return tokens;
  }

  static OnnxFile encoder(float step) {
    GraphBuilder graph = new GraphBuilder("encoder");
    Value images = graph.input("images", UINT8, "n", 4, 6, 3);
    Value red = graph.slice(graph.cast(images, FLOAT), 3, 0, 1);
    Value cells = graph.reshape(red, 0, 2, 2, 3, 2);
    Value mean =
        graph.node("ReduceMean", List.of(cells, graph.longs(2, 4)), Attribute.of("keepdims", 0L));
    Value tokens = graph.op("Floor", graph.op("Div", mean, graph.scalar(step)));
    graph.output(graph.cast(tokens, UINT16), "tokens", UINT16, "n", 2, 3);
    return new OnnxFile(graph);
  }

  static OnnxFile decoder() {
    GraphBuilder graph = new GraphBuilder("decoder");
    Value tokens = graph.input("tokens", INT32, "n", 2, 3);
    Value grey = graph.op("Mul", graph.cast(tokens, FLOAT), graph.scalar(16f));
    grey = graph.op("Add", grey, graph.scalar(8f));
    Value cells = graph.reshape(grey, 0, 2, 1, 3, 1, 1);
    Value large = graph.op("Expand", cells, graph.longs(1, 1, 2, 1, 2, 3));
    Value images = graph.reshape(large, 0, 4, 6, 3);
    float[] table = new float[CODES * 2];
    for (int i = 0; i < table.length; i++) {
      table[i] = i / 2f;
    }
    Value codebook = graph.constant(Tensors.floats(table, CODES, 2));
    Value deep = graph.gather(codebook, graph.reshape(tokens, 0, 6), 0);
    graph.output(graph.cast(images, UINT8), "images", UINT8, "n", 4, 6, 3);
    graph.output(deep, "deep", FLOAT, "n", 6, 2);
    return new OnnxFile(graph);
  }

  /** Tokens that are independent: {@code floor(uniform * 16 * temperature)}, moved by the label. */
  static OnnxFile prior() {
    GraphBuilder graph = new GraphBuilder("prior");
    Value labels = graph.input("labels", INT64, "n");
    Value uniforms = graph.input("uniforms", FLOAT, "n", 6);
    graph.input("guidance", FLOAT);
    Value temperature = graph.input("temperature", FLOAT);
    graph.input("top_k", INT64);
    graph.input("top_p", FLOAT);
    Value scaled = graph.op("Mul", uniforms, graph.scalar(16f));
    Value drawn = graph.cast(graph.op("Floor", graph.op("Mul", scaled, temperature)), INT64);
    Value moved = graph.op("Add", drawn, graph.reshape(labels, -1, 1));
    Value tokens = graph.op("Mod", moved, graph.longs(16));
    Value grid = graph.reshape(tokens, 0, 2, 3);
    graph.output(graph.cast(grid, UINT16), "tokens", UINT16, "n", 2, 3);
    return new OnnxFile(graph);
  }

  /** A finished graph. */
  record OnnxFile(GraphBuilder graph) {
    void write(Path file) throws IOException {
      java.nio.file.Files.write(file, graph.toModel().toByteArray());
    }
  }
}
