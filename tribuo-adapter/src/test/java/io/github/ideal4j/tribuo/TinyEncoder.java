package io.github.ideal4j.tribuo;

import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleDescription;
import io.github.ideal4j.onnx.serving.BundleDescription.Backbone;
import io.github.ideal4j.onnx.serving.BundleDescription.Codebook;
import io.github.ideal4j.onnx.serving.BundleDescription.Grid;
import io.github.ideal4j.onnx.serving.BundleDescription.ImageSize;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.BundleWriter;
import io.github.ideal4j.safetensors.SafetensorsWriter;
import io.github.ideal4j.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A small real tokenizer: images of 12 x 12 pixels, 3 x 3 tokens of 16. A token is the mean of the
 * red samples of its 4 x 4 pixels, in steps of 16.
 */
public final class TinyEncoder {

  public static final int CODES = 16;
  public static final int SIDE = 12;

  private TinyEncoder() {}

  public static Bundle bundle(Path folder, String name) throws IOException {
    BundleDescription description =
        new BundleDescription(
            name,
            new ImageSize(SIDE, SIDE),
            new Grid(3, 3),
            new Codebook(CODES, 2),
            new Backbone("none", Sha256.of(new byte[0]), List.of(1), List.of(0.5), List.of(0.5)),
            Optional.empty(),
            Map.of("name", name));
    return new BundleWriter(description)
        .add(BundleFiles.ENCODER, file -> Files.write(file, encoder(name).toModel().toByteArray()))
        .add(BundleFiles.DECODER, file -> Files.write(file, decoder().toModel().toByteArray()))
        .add(
            BundleFiles.CODEBOOK,
            file ->
                SafetensorsWriter.write(
                    file, Map.of("codebook", Tensor.of(table(), CODES, 2)), Map.of()))
        .write(folder);
  }

  private static GraphBuilder encoder(String name) {
    GraphBuilder graph = new GraphBuilder(name);
    Value images = graph.input("images", ElementType.UINT8, "n", SIDE, SIDE, 3);
    Value red = graph.slice(graph.cast(images, ElementType.FLOAT), 3, 0, 1);
    Value cells = graph.reshape(red, 0, 3, 4, 3, 4);
    Value mean =
        graph.node("ReduceMean", List.of(cells, graph.longs(2, 4)), Attribute.of("keepdims", 0));
    Value tokens = graph.op("Floor", graph.op("Div", mean, graph.scalar(16)));
    graph.output(graph.cast(tokens, ElementType.UINT16), "tokens", ElementType.UINT16, "n", 3, 3);
    return graph;
  }

  private static GraphBuilder decoder() {
    GraphBuilder graph = new GraphBuilder("decoder");
    Value tokens = graph.input("tokens", ElementType.INT32, "n", 3, 3);
    Value grey =
        graph.reshape(
            graph.op("Mul", tokens, graph.constant(Tensors.ints(new int[] {16}, 1))),
            0,
            3,
            1,
            3,
            1,
            1);
    Value large = graph.op("Expand", grey, graph.longs(1, 1, 4, 1, 4, 3));
    Value images = graph.cast(graph.reshape(large, 0, SIDE, SIDE, 3), ElementType.UINT8);
    Value codebook = graph.constant(Tensors.floats(table(), CODES, 2));
    Value deep = graph.gather(codebook, graph.reshape(tokens, 0, 9), 0);
    graph.output(images, "images", ElementType.UINT8, "n", SIDE, SIDE, 3);
    graph.output(deep, "deep", ElementType.FLOAT, "n", 9, 2);
    return graph;
  }

  /** Codes on a circle. */
  private static float[] table() {
    float[] table = new float[CODES * 2];
    for (int i = 0; i < CODES; i++) {
      table[2 * i] = (float) Math.cos(2 * Math.PI * i / CODES);
      table[2 * i + 1] = (float) Math.sin(2 * Math.PI * i / CODES);
    }
    return table;
  }

  /** An image whose cells have a brightness around that of its kind, 0 to 3. */
  public static RgbImage image(int kind, Random random) {
    byte[] pixels = new byte[SIDE * SIDE * 3];
    for (int cell = 0; cell < 9; cell++) {
      byte value = (byte) Math.min(255, kind * 64 + random.nextInt(100));
      for (int i = 0; i < 16; i++) {
        int y = cell / 3 * 4 + i / 4;
        int x = cell % 3 * 4 + i % 4;
        pixels[(y * SIDE + x) * 3] = value;
      }
    }
    return new RgbImage(SIDE, SIDE, pixels);
  }
}
