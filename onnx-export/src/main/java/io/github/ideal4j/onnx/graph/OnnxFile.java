package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.ideal4j.files.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes models to disk. Weights beyond {@link #EXTERNAL_ABOVE} go to a file beside the model,
 * named {@code <model>.data}, because an ONNX file cannot be larger than 2 GiB: each starts on a
 * page, so that a runtime can map it. One tensor must be smaller than 2 GiB.
 */
public final class OnnxFile {

  /** Bytes of weights that still stay inside of the model's file. */
  public static final long EXTERNAL_ABOVE = 1L << 30;

  /** Smaller constants stay inside in any case. */
  private static final int SMALL = 1024;

  private static final long PAGE = 4096;

  private OnnxFile() {}

  /** The file with the weights of a large model. */
  public static Path dataFile(Path model) {
    return model.resolveSibling(model.getFileName() + ".data");
  }

  /** Bytes of a model's weights. */
  public static long weightBytes(ModelProto model) {
    return model.getGraph().getInitializerList().stream()
        .mapToLong(tensor -> tensor.getRawData().size())
        .sum();
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
          dataFile(file),
          beside -> small[0] = writeData(model, beside, dataFile(file).getFileName().toString()));
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

  /** Moves the large weights to a file; the model that is left names it. */
  private static ModelProto writeData(ModelProto model, Path file, String name) throws IOException {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearInitializer();
    long offset = 0;
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      for (TensorProto tensor : model.getGraph().getInitializerList()) {
        int size = tensor.getRawData().size();
        if (size < SMALL) {
          graph.addInitializer(tensor);
          continue;
        }
        ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, offset, size);
        tensor.getRawData().copyTo(mapped);
        graph.addInitializer(external(tensor, name, offset, size));
        offset = (offset + size + PAGE - 1) / PAGE * PAGE;
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private static TensorProto external(TensorProto tensor, String name, long offset, long length) {
    return tensor.toBuilder()
        .clearRawData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", name))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length)))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
