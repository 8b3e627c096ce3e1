package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.ideal4j.files.AtomicFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes models to disk. Weights beyond {@link #EXTERNAL_ABOVE} go to a file beside the model,
 * named {@code <model>.data}, because an ONNX file cannot be larger than 2 GiB: each starts on a
 * page, so that a runtime can map it. One tensor must be smaller than 2 GiB.
 */
public final class OnnxFile {

  /** Bytes of weights that still stay inside of the model's file. */
  public static final long EXTERNAL_ABOVE = 1L << 30;

  /** Smaller constants stay inside in any case. */
  static final int SMALL = 1024;

  private static final long PAGE = 4096;

  private OnnxFile() {}

  /** The file with the weights of a large model. */
  public static Path dataFile(Path model) {
    return model.resolveSibling(model.getFileName() + ".data");
  }

  private static String dataName(Path model) {
    return dataFile(model).getFileName().toString();
  }

  /** Bytes of a model's weights. */
  public static long weightBytes(ModelProto model) {
    return weights(model.getGraph()).mapToLong(tensor -> tensor.getRawData().size()).sum();
  }

  /** The weights of a graph and of the bodies in it. */
  private static Stream<TensorProto> weights(GraphProto graph) {
    Stream<TensorProto> inner =
        graph.getNodeList().stream()
            .flatMap(node -> node.getAttributeList().stream())
            .filter(AttributeProto::hasG)
            .flatMap(attribute -> weights(attribute.getG()));
    return Stream.concat(graph.getInitializerList().stream(), inner);
  }

  private interface Change {
    TensorProto of(TensorProto weight) throws IOException;
  }

  /** The graph with other weights, in its bodies, too. */
  private static GraphProto withWeights(GraphProto graph, Change change) throws IOException {
    GraphProto.Builder changed = graph.toBuilder().clearInitializer();
    for (TensorProto weight : graph.getInitializerList()) {
      changed.addInitializer(change.of(weight));
    }
    for (NodeProto.Builder node : changed.getNodeBuilderList()) {
      for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
        if (attribute.hasG()) {
          attribute.setG(withWeights(attribute.getG(), change));
        }
      }
    }
    return changed.build();
  }

  /** Writes a model beside {@code file} and moves it there. */
  public static void write(ModelProto model, Path file) throws IOException {
    write(model, file, EXTERNAL_ABOVE);
  }

  /**
   * Writes a model beside {@code file} and moves it there.
   *
   * @param externalAbove with more bytes of weights than this, they go to {@link #dataFile}
   */
  public static void write(ModelProto model, Path file, long externalAbove) throws IOException {
    ModelProto written = model;
    if (weightBytes(model) > externalAbove) {
      ModelProto[] small = new ModelProto[1];
      AtomicFile.write(
          dataFile(file), beside -> small[0] = writeData(model, beside, dataName(file)));
      written = small[0];
    } else {
      Files.deleteIfExists(dataFile(file));
    }
    ModelProto whole = written;
    AtomicFile.write(
        file,
        beside -> {
          try (OutputStream out =
              new BufferedOutputStream(Files.newOutputStream(beside), 1 << 16)) {
            whole.writeTo(out);
          }
        });
  }

  /**
   * Writes a model that has weights in common with another one: those that lie in the data file of
   * that one are not written again, but named there.
   *
   * @param other a model written before, in the same folder
   */
  public static void writeSharing(ModelProto model, Path file, Path other) throws IOException {
    Path data = dataFile(other);
    Files.deleteIfExists(dataFile(file));
    if (!Files.exists(data)) {
      write(model, file);
      return;
    }
    GraphProto graph;
    try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
      Map<Long, List<ByteBuffer>> seen = new HashMap<>();
      IdentityHashMap<ByteBuffer, Long> offsets = new IdentityHashMap<>();
      for (TensorProto tensor : external(other)) {
        ByteBuffer mapped =
            channel.map(
                FileChannel.MapMode.READ_ONLY, entry(tensor, "offset"), entry(tensor, "length"));
        offsets.put(mapped, entry(tensor, "offset"));
        seen.computeIfAbsent(entry(tensor, "length"), length -> new ArrayList<>()).add(mapped);
      }
      graph =
          withWeights(
              model.getGraph(),
              tensor -> {
                ByteBuffer own = tensor.getRawData().asReadOnlyByteBuffer();
                long size = own.remaining();
                return seen.getOrDefault(size, List.of()).stream()
                    .filter(mapped -> size >= SMALL && mapped.duplicate().equals(own))
                    .findFirst()
                    .map(at -> external(tensor, dataName(other), offsets.get(at), size))
                    .orElse(tensor);
              });
    }
    ModelProto written = model.toBuilder().setGraph(graph).build();
    AtomicFile.write(
        file,
        beside -> {
          try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(beside))) {
            written.writeTo(out);
          }
        });
  }

  /** The weights of a model that lie in its data file. */
  private static List<TensorProto> external(Path model) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(model))) {
      return weights(ModelProto.parseFrom(in).getGraph())
          .filter(tensor -> tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL)
          .toList();
    }
  }

  private static long entry(TensorProto tensor, String key) {
    return tensor.getExternalDataList().stream()
        .filter(entry -> entry.getKey().equals(key))
        .mapToLong(entry -> Long.parseLong(entry.getValue()))
        .findFirst()
        .orElseThrow();
  }

  /** Moves the large weights to a file; the model that is left names it. */
  private static ModelProto writeData(ModelProto model, Path file, String name) throws IOException {
    long[] offset = {0};
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      GraphProto graph =
          withWeights(
              model.getGraph(),
              tensor -> {
                int size = tensor.getRawData().size();
                if (size < SMALL) {
                  return tensor;
                }
                ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, offset[0], size);
                tensor.getRawData().copyTo(mapped);
                TensorProto moved = external(tensor, name, offset[0], size);
                offset[0] = (offset[0] + size + PAGE - 1) / PAGE * PAGE;
                return moved;
              });
      return model.toBuilder().setGraph(graph).build();
    }
  }

  private static TensorProto external(TensorProto tensor, String name, long offset, long length) {
    return toExternal(tensor.toBuilder().clearRawData(), name, offset, length).build();
  }

  /** Says where the bytes of a tensor lie. */
  static TensorProto.Builder toExternal(
      TensorProto.Builder tensor, String name, long offset, long length) {
    return tensor
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", name))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length)));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
