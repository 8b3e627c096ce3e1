package io.github.ideal4j.server.model;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.server.batching.Lane;
import io.github.ideal4j.server.batching.OverloadException;
import io.github.ideal4j.server.protocol.Datatype;
import io.github.ideal4j.server.protocol.InferRequest.WantedOutput;
import io.github.ideal4j.server.protocol.ProtocolException;
import io.github.ideal4j.server.protocol.Tensor;
import io.github.ideal4j.server.protocol.TensorSpec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A graph of images behind the reader of photographs: encoded JPEG, PNG, GIF or BMP files in. It
 * shares the graph's queue, and keeps its room there before it decodes anything.
 */
final class TokenizerModel implements ServedModel {

  static final String INPUT = "photographs";

  private final String name;
  private final GraphModel graph;
  private final PhotographReader reader;

  TokenizerModel(String name, GraphModel graph, PhotographReader reader) {
    this.name = name;
    this.graph = graph;
    this.reader = reader;
  }

  @Override
  public CompletableFuture<List<Tensor>> infer(
      List<Tensor> inputs, Set<String> wanted, long deadline)
      throws ProtocolException, OverloadException {
    int rows = Math.toIntExact(inputs.get(0).shape()[0]);
    try (Lane.Place place = graph.lane().reserve(rows)) {
      List<byte[]> files = inputs.get(0).elements();
      int size = reader.size();
      ByteBuffer pixels = ByteBuffer.allocate(rows * size * size * RgbImage.CHANNELS);
      for (int i = 0; i < rows; i++) {
        pixels.put(reader.read(files.get(i), "photograph " + i).pixels());
      }
      Tensor images =
          new Tensor(
              "images",
              Datatype.UINT8,
              new long[] {rows, size, size, RgbImage.CHANNELS},
              pixels.flip());
      return graph.infer(List.of(images), rows, wanted, deadline, place);
    }
  }

  @Override
  public boolean decodes() {
    return true;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String platform() {
    return "ideal4j_photographs";
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.of(new TensorSpec(INPUT, Datatype.BYTES, List.of(-1L)));
  }

  @Override
  public List<TensorSpec> outputs() {
    return graph.outputs();
  }

  @Override
  public Lane lane() {
    return graph.lane();
  }

  @Override
  public long answerBytes(int rows, List<WantedOutput> wanted) {
    return graph.answerBytes(rows, wanted);
  }
}
