package io.github.ideal4j.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models without their weights. */
class WeightsInPlaceTest {

  private @TempDir Path folder;
  private Path file;

  @BeforeEach
  void place() {
    file = folder.resolve("model.onnx");
  }

  private static TensorProto weights(String name, int bytes) {
    byte[] values = new byte[bytes];
    new Random(bytes).nextBytes(values);
    return TensorProto.newBuilder()
        .setName(name)
        .addDims(bytes)
        .setDataType(ElementType.UINT8.code())
        .setRawData(ByteString.copyFrom(values))
        .build();
  }

  private static ModelProto model() {
    GraphProto body = GraphProto.newBuilder().addInitializer(weights("inner", 5000)).build();
    NodeProto loop =
        NodeProto.newBuilder()
            .setOpType("Loop")
            .addAttribute(AttributeProto.newBuilder().setName("body").setG(body))
            .build();
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("graph")
            .addInitializer(weights("first", 4097))
            .addNode(loop)
            .addInitializer(weights("small", 17))
            .addInitializer(weights("last", 1024))
            .build();
    return ModelProto.newBuilder()
        .setIrVersion(9)
        .setProducerName("somebody")
        .setGraph(graph)
        .build();
  }

  /** The same weights, out of the file. */
  private ModelProto resolved(ModelProto model) throws IOException {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
          assertThat(tensor.getExternalData(0).getValue()).isEqualTo("model.onnx");
          byte[] bytes = new byte[Integer.parseInt(tensor.getExternalData(2).getValue())];
          in.seek(Long.parseLong(tensor.getExternalData(1).getValue()));
          in.readFully(bytes);
          tensor.setRawData(ByteString.copyFrom(bytes)).clearDataLocation().clearExternalData();
        }
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  @Test
  void largeWeightsOfTheGraphAreNamedAndNotRead() throws IOException {
    Files.write(file, model().toByteArray());
    ModelProto read = WeightsInPlace.read(file);
    assertThat(read.getGraph().getInitializerList())
        .filteredOn(TensorProto::hasRawData)
        .extracting(TensorProto::getName)
        .containsExactly("small");
    assertThat(resolved(read)).isEqualTo(model());
  }

  @Test
  void weightsThatLieElsewhereStayThere() throws IOException {
    OnnxFile.write(model(), file, 100);
    ModelProto written = ModelProto.parseFrom(Files.readAllBytes(file));
    assertThat(WeightsInPlace.read(file)).isEqualTo(written);
  }

  @Test
  void whatIsNoModelIsAnError() throws IOException {
    Files.writeString(file, "no graph");
    assertThatThrownBy(() -> WeightsInPlace.read(file)).isInstanceOf(IOException.class);
    byte[] whole = model().toByteArray();
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 3));
    assertThatThrownBy(() -> WeightsInPlace.read(file)).isInstanceOf(IOException.class);
  }
}
