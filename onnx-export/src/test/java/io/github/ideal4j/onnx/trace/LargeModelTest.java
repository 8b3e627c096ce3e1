package io.github.ideal4j.onnx.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.github.ideal4j.onnx.graph.ModelSummary;
import io.github.ideal4j.onnx.graph.OnnxFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights beside the model. */
class LargeModelTest {

  @TempDir Path folder;

  @Test
  void weightsGoToAFileOfTheirOwn() throws Exception {
    try (NDManager manager = NDManager.newBaseManager()) {
      Block block =
          Blocks.initialized(new Mlp(16, 4, new int[] {64, 64}), manager, new Shape(1, 16));
      ExportedModel model =
          OnnxExporter.export(
              block, List.of(InputSpec.floats("x", "batch", 16)), ExportOptions.named("mlp"));
      Path whole = folder.resolve("whole.onnx");
      Path apart = folder.resolve("apart.onnx");
      OnnxFile.write(model.model(), whole);
      OnnxFile.write(model.model(), apart, 10_000);
      assertThat(OnnxFile.dataFile(whole)).doesNotExist();
      assertThat(Files.size(apart)).isLessThan(4000);
      assertThat(ModelSummary.of(apart).weightBytes())
          .isEqualTo(ModelSummary.of(whole).weightBytes());
      float[][] input = new float[3][16];
      input[1][2] = 1;
      assertThat(run(apart, input)).isDeepEqualTo(run(whole, input));
    }
  }

  @Test
  void eachTensorStartsOnAPage() throws Exception {
    try (NDManager manager = NDManager.newBaseManager()) {
      Block block =
          Blocks.initialized(new Mlp(30, 4, new int[] {64, 64}), manager, new Shape(1, 30));
      ExportedModel model =
          OnnxExporter.export(
              block, List.of(InputSpec.floats("x", "batch", 30)), ExportOptions.named("mlp"));
      Path file = folder.resolve("model.onnx");
      OnnxFile.write(model.model(), file, 0);
      var proto = ai.onnx.proto.OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file));
      List<String> offsets = new ArrayList<>();
      for (TensorProto tensor : proto.getGraph().getInitializerList()) {
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
          if (entry.getKey().equals("offset")) {
            offsets.add(entry.getValue());
          }
        }
      }
      assertThat(offsets).containsExactly("0", "8192", "24576");
      OnnxFile.write(model.model(), file);
      assertThat(OnnxFile.dataFile(file)).as("a small model leaves none behind").doesNotExist();
    }
  }

  private static float[][] run(Path file, float[][] input) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor tensor = OnnxTensor.createTensor(environment, input);
        OrtSession.Result result = session.run(Map.of("x", tensor))) {
      return (float[][]) result.get(0).getValue();
    }
  }

  /** Tables of 512 MiB each, of which one row is read. */
  private static final class Tables extends AbstractBlock {
    private static final int ROWS = 1 << 17;
    private static final int WIDTH = 1 << 10;
    private final List<Parameter> tables = new ArrayList<>();

    Tables(int count) {
      for (int i = 0; i < count; i++) {
        tables.add(
            addParameter(
                Parameter.builder()
                    .setName("table" + i)
                    .setType(Parameter.Type.BIAS)
                    .optShape(new Shape(ROWS, WIDTH))
                    .build()));
      }
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray ids = inputs.head();
      NDArray sum = null;
      for (Parameter table : tables) {
        NDArray rows = store.getValue(table, ids.getDevice(), training).get(ids);
        sum = sum == null ? rows : sum.add(rows);
      }
      return new NDList(sum);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  /** Takes 8 GB of memory and 5 GB of disk: {@code -Dideal.large=true}. */
  @Test
  void moreThanTwoGibibytesAreExported() throws Exception {
    assumeTrue(Boolean.getBoolean("ideal.large"), "needs 8 GB of memory: -Dideal.large=true");
    try (NDManager manager = NDManager.newBaseManager()) {
      Block block = new Tables(5);
      block.initialize(manager, DataType.FLOAT32, new Shape(1));
      for (Parameter table : block.getParameters().values()) {
        table.getArray().addi(manager.arange((float) Tables.WIDTH));
      }
      ExportedModel model =
          OnnxExporter.export(
              block,
              List.of(InputSpec.longs("ids", Tables.ROWS, "batch")),
              ExportOptions.named("tables"));
      assertThat(model.report().passed()).isTrue();
      Path file = folder.resolve("tables.onnx");
      model.write(file);
      assertThat(Files.size(OnnxFile.dataFile(file))).isEqualTo(5L << 29);
      assertThat(Files.size(file)).isLessThan(2000);
    }
  }
}
