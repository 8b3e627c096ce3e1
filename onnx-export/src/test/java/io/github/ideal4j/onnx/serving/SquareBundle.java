package io.github.ideal4j.onnx.serving;

import static io.github.ideal4j.onnx.graph.ElementType.FLOAT;
import static io.github.ideal4j.onnx.graph.ElementType.INT32;
import static io.github.ideal4j.onnx.graph.ElementType.UINT16;
import static io.github.ideal4j.onnx.graph.ElementType.UINT8;

import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.serving.BundleDescription.Backbone;
import io.github.ideal4j.onnx.serving.BundleDescription.Codebook;
import io.github.ideal4j.onnx.serving.BundleDescription.Grid;
import io.github.ideal4j.onnx.serving.BundleDescription.ImageSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tokenizer of 32 x 32 pixels and 4 x 4 tokens: the mean of the red samples of 8 x 8 pixels in
 * steps of 16; it decodes to grey.
 */
public final class SquareBundle {

  /** Side of its images. */
  public static final int SIZE = 32;

  private SquareBundle() {}

  /** Writes and opens it. */
  public static Bundle write(Path folder) throws IOException {
    BundleDescription description =
        new BundleDescription(
            "square",
            new ImageSize(SIZE, SIZE),
            new Grid(4, 4),
            new Codebook(16, 2),
            new Backbone("none", Sha256.of(new byte[0]), List.of(1, 2), List.of(), List.of()),
            Optional.empty(),
            Map.of());
    return new BundleWriter(description)
        .add(BundleFiles.ENCODER, new TinyBundle.OnnxFile(encoder())::write)
        .add(BundleFiles.DECODER, new TinyBundle.OnnxFile(decoder())::write)
        .write(folder);
  }

  private static GraphBuilder encoder() {
    GraphBuilder graph = new GraphBuilder("encoder");
    Value images = graph.input("images", UINT8, "n", SIZE, SIZE, 3);
    Value red = graph.slice(graph.cast(images, FLOAT), 3, 0, 1);
    Value cells = graph.reshape(red, 0, 4, 8, 4, 8);
    Value mean =
        graph.node("ReduceMean", List.of(cells, graph.longs(2, 4)), Attribute.of("keepdims", 0L));
    Value tokens = graph.op("Floor", graph.op("Div", mean, graph.scalar(16f)));
    graph.output(graph.cast(tokens, UINT16), "tokens", UINT16, "n", 4, 4);
    return graph;
  }

  private static GraphBuilder decoder() {
    GraphBuilder graph = new GraphBuilder("decoder");
    Value tokens = graph.input("tokens", INT32, "n", 4, 4);
    Value grey = graph.op("Mul", graph.cast(tokens, FLOAT), graph.scalar(16f));
    grey = graph.op("Add", grey, graph.scalar(8f));
    Value cells = graph.reshape(grey, 0, 4, 1, 4, 1, 1);
    Value large = graph.op("Expand", cells, graph.longs(1, 1, 8, 1, 8, 3));
    graph.output(
        graph.cast(graph.reshape(large, 0, SIZE, SIZE, 3), UINT8),
        "images",
        UINT8,
        "n",
        SIZE,
        SIZE,
        3);
    graph.output(graph.reshape(grey, 0, 16, 1), "deep", FLOAT, "n", 16, 1);
    return graph;
  }
}
