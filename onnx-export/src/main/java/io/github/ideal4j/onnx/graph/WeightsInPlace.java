package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a model whose weights stay where they are in its file, named there as external data: a few
 * kilobytes on the heap, however large the file. To load it, a runtime must be told the file's
 * folder. Weights of bodies and small constants are read.
 */
public final class WeightsInPlace {

  private WeightsInPlace() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read or is no model
   */
  public static ModelProto read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.setSizeLimit(Integer.MAX_VALUE);
      GraphProto.Builder graph = GraphProto.newBuilder();
      ByteString rest =
          others(
              in,
              ModelProto.GRAPH_FIELD_NUMBER,
              () -> graph(in, file.getFileName().toString(), graph));
      return ModelProto.newBuilder().mergeFrom(rest).setGraph(graph).build();
    }
  }

  private static void graph(CodedInputStream in, String name, GraphProto.Builder graph)
      throws IOException {
    graph.mergeFrom(
        others(
            in, GraphProto.INITIALIZER_FIELD_NUMBER, () -> graph.addInitializer(tensor(in, name))));
  }

  private static TensorProto tensor(CodedInputStream in, String name) throws IOException {
    TensorProto.Builder tensor = TensorProto.newBuilder();
    tensor.mergeFrom(
        others(
            in,
            TensorProto.RAW_DATA_FIELD_NUMBER,
            () -> {
              int length = in.getBytesUntilLimit();
              if (length < OnnxFile.SMALL) {
                tensor.setRawData(ByteString.copyFrom(in.readRawBytes(length)));
              } else {
                OnnxFile.toExternal(tensor, name, in.getTotalBytesRead(), length);
                in.skipRawBytes(length);
              }
            }));
    return tensor.build();
  }

  private interface Field {
    void read() throws IOException;
  }

  /** Reads one field of a message, and gives all others as they are. */
  private static ByteString others(CodedInputStream in, int number, Field field)
      throws IOException {
    UnknownFieldSet.Builder others = UnknownFieldSet.newBuilder();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == number) {
        int end = in.pushLimit(in.readRawVarint32());
        field.read();
        in.popLimit(end);
      } else {
        others.mergeFieldFrom(tag, in);
      }
    }
    return others.build().toByteString();
  }
}
