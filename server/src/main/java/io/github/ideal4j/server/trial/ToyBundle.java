package io.github.ideal4j.server.trial;

import static io.github.ideal4j.onnx.graph.ElementType.FLOAT;
import static io.github.ideal4j.onnx.graph.ElementType.INT32;
import static io.github.ideal4j.onnx.graph.ElementType.INT64;
import static io.github.ideal4j.onnx.graph.ElementType.UINT16;
import static io.github.ideal4j.onnx.graph.ElementType.UINT8;

import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.BundleDescription.Backbone;
import io.github.ideal4j.onnx.serving.BundleDescription.Codebook;
import io.github.ideal4j.onnx.serving.BundleDescription.Grid;
import io.github.ideal4j.onnx.serving.BundleDescription.ImageSize;
import io.github.ideal4j.onnx.serving.BundleDescription.Prior;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.BundleWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bundle whose graphs cost next to nothing, so that a trial tries the server: images of 32 x 32
 * pixels, 4 x 4 tokens. A token is the mean of the red samples of 8 x 8 pixels in steps of 16; it
 * decodes to grey. The prior gives each token by its uniform number, moved on by the label.
 */
public final class ToyBundle {

  /** Side of its images. */
  public static final int SIZE = 32;

  /** Side of its grids. */
  public static final int SIDE = 4;

  /** Entries of its codebook. */
  public static final int CODES = 16;

  private static final List<String> LABELS = List.of("accordion", "ant", "barrel");

  private ToyBundle() {}

  /** Writes and opens it. */
  public static Bundle write(Path folder) throws IOException {
    BundleDescription description =
        new BundleDescription(
            "toy",
            new ImageSize(SIZE, SIZE),
            new Grid(SIDE, SIDE),
            new Codebook(CODES, 2),
            new Backbone("none", Sha256.of(new byte[0]), List.of(1, 2), List.of(), List.of()),
            Optional.empty(),
            Map.of());
    Bundle plain =
        new BundleWriter(description)
            .add(BundleFiles.ENCODER, file -> write(encoder(), file))
            .add(BundleFiles.DECODER, file -> write(decoder(), file))
            .write(folder);
    return BundleWriter.copyOf(plain)
        .prior(new Prior(LABELS.size(), plain.tokenizer().sha256(), Map.of()))
        .add(BundleFiles.PRIOR, file -> write(prior(), file))
        .addLabels(LABELS)
        .write(folder);
  }

  private static void write(GraphBuilder graph, Path file) throws IOException {
    Files.write(file, graph.toModel().toByteArray());
  }

  private static GraphBuilder encoder() {
    GraphBuilder graph = new GraphBuilder("encoder");
    Value images = graph.input("images", UINT8, "n", SIZE, SIZE, 3);
    Value red = graph.slice(graph.cast(images, FLOAT), 3, 0, 1);
    int cell = SIZE / SIDE;
    Value cells = graph.reshape(red, 0, SIDE, cell, SIDE, cell);
    Value mean =
        graph.node("ReduceMean", List.of(cells, graph.longs(2, 4)), Attribute.of("keepdims", 0L));
    Value tokens = graph.op("Floor", graph.op("Div", mean, graph.scalar(16f)));
    graph.output(graph.cast(tokens, UINT16), "tokens", UINT16, "n", SIDE, SIDE);
    return graph;
  }

  private static GraphBuilder decoder() {
    GraphBuilder graph = new GraphBuilder("decoder");
    Value tokens = graph.input("tokens", INT32, "n", SIDE, SIDE);
    Value grey = graph.op("Mul", graph.cast(tokens, FLOAT), graph.scalar(16f));
    Value cells = graph.reshape(grey, 0, SIDE, 1, SIDE, 1, 1);
    int cell = SIZE / SIDE;
    Value large = graph.op("Expand", cells, graph.longs(1, 1, cell, 1, cell, 3));
    Value images = graph.reshape(large, 0, SIZE, SIZE, 3);
    float[] table = new float[CODES * 2];
    for (int i = 0; i < table.length; i++) {
      table[i] = i / 2f;
    }
    Value codebook = graph.constant(Tensors.floats(table, CODES, 2));
    Value deep = graph.gather(codebook, graph.reshape(tokens, 0, SIDE * SIDE), 0);
    graph.output(graph.cast(images, UINT8), "images", UINT8, "n", SIZE, SIZE, 3);
    graph.output(deep, "deep", FLOAT, "n", SIDE * SIDE, 2);
    return graph;
  }

  private static GraphBuilder prior() {
    GraphBuilder graph = new GraphBuilder("prior");
    Value labels = graph.input("labels", INT64, "n");
    Value uniforms = graph.input("uniforms", FLOAT, "n", SIDE * SIDE);
    graph.input("guidance", FLOAT);
    Value temperature = graph.input("temperature", FLOAT);
    graph.input("top_k", INT64);
    graph.input("top_p", FLOAT);
    Value scaled = graph.op("Mul", uniforms, graph.scalar((float) CODES));
    Value drawn = graph.cast(graph.op("Floor", graph.op("Mul", scaled, temperature)), INT64);
    Value moved = graph.op("Add", drawn, graph.reshape(labels, -1, 1));
    Value tokens = graph.op("Mod", moved, graph.longs(CODES));
    Value grid = graph.reshape(tokens, 0, SIDE, SIDE);
    graph.output(graph.cast(grid, UINT16), "tokens", UINT16, "n", SIDE, SIDE);
    return graph;
  }
}
