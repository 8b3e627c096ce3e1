package io.github.ideal4j.onnx.trace;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.basicmodelzoo.basic.Mlp;
import ai.djl.basicmodelzoo.cv.classification.MobileNetV1;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole blocks, compared with ONNX Runtime at sizes that were not traced. */
class OnnxExporterTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static void assertClose(ExportedModel model, double limit) {
    assertThat(model.report().passed()).isTrue();
    assertThat(model.report().maxDifference()).isLessThan(limit);
  }

  @Test
  void multilayerPerceptron() {
    Block block = Blocks.initialized(new Mlp(16, 4, new int[] {32}), manager, new Shape(1, 16));
    assertClose(export(block, InputSpec.floats("x", "batch", 16)), 1e-5);
  }

  @Test
  void convolutionalNetwork() {
    SequentialBlock block =
        new SequentialBlock()
            .add(
                Conv2d.builder()
                    .setKernelShape(new Shape(3, 3))
                    .optPadding(new Shape(1, 1))
                    .setFilters(16)
                    .build())
            .add(BatchNorm.builder().build())
            .add(Activation::relu)
            .add(Dropout.builder().build())
            .add(
                Conv2d.builder()
                    .setKernelShape(new Shape(3, 3))
                    .optStride(new Shape(2, 2))
                    .setFilters(32)
                    .build());
    Blocks.initialized(block, manager, new Shape(1, 3, 16, 16));
    ExportedModel model =
        OnnxExporter.export(
            block,
            List.of(InputSpec.floats("x", "batch", 3, "height", 16)),
            ExportOptions.named("cnn")
                .withSymbols(new Symbol("height", 8, 12, 9, List.of(16L, 11L))));
    assertClose(model, 1e-4);
    assertThat(model.model().getGraph().getInitializerList().stream().map(t -> t.getName()))
        .contains("01Conv2d_weight");
  }

  @Test
  void transformerBlockWithTwoSizes() {
    Block block =
        Blocks.initialized(new Blocks.TransformerBlock(32, 4), manager, new Shape(1, 7, 32));
    assertClose(export(block, InputSpec.floats("x", "batch", "tokens", 32)), 1e-4);
  }

  @Test
  void languageModelKeepsOneCopyOfItsTable() {
    Block block = Blocks.initialized(new Blocks.Gpt(20, 16, 32), manager, new Shape(1, 7));
    ExportedModel model =
        OnnxExporter.export(
            block,
            List.of(InputSpec.longs("ids", 20, "batch", "time")),
            ExportOptions.named("gpt", "logits")
                .withSymbols(new Symbol("time", 7, 9, 4, List.of(16L, 1L, 12L))));
    assertClose(model, 1e-4);
    assertThat(
            model.model().getGraph().getInitializerList().stream()
                .filter(t -> t.getName().startsWith("tokens")))
        .hasSize(1);
  }

  @Test
  void stepWithCacheNamesItsGrowingAxis() {
    LambdaBlock block =
        new LambdaBlock(
            list -> {
              NDArray keys = list.get(1).concat(list.get(0), 1);
              return new NDList(
                  list.get(0).matMul(keys.transpose(0, 2, 1)).softmax(-1).matMul(keys), keys);
            });
    ExportedModel model =
        OnnxExporter.export(
            block,
            List.of(
                InputSpec.floats("x", "batch", 1, 8),
                InputSpec.floats("cache", "batch", "past", 8)),
            ExportOptions.named("step", "y", "newCache")
                .withSymbols(new Symbol("past", 3, 5, 1, List.of(9L))));
    assertClose(model, 1e-5);
    assertThat(
            model
                .model()
                .getGraph()
                .getOutput(1)
                .getType()
                .getTensorType()
                .getShape()
                .getDim(1)
                .getDimParam())
        .isEqualTo("1 + past");
  }

  @Test
  void imagesInTokensOut() {
    LambdaBlock block =
        new LambdaBlock(
            list ->
                new NDList(
                    list.head()
                        .toType(DataType.FLOAT32, false)
                        .mean(new int[] {3})
                        .reshape(list.head().getShape().get(0), 8, 8)
                        .argMax(2)
                        .toType(DataType.INT32, false)));
    ExportedModel model =
        OnnxExporter.export(
            block,
            List.of(InputSpec.bytes("images", "n", 8, 8, 3)),
            ExportOptions.named("encoder")
                .withOutputs(OutputSpec.cast("tokens", ElementType.UINT16)));
    assertThat(model.model().getGraph().getOutput(0).getType().getTensorType().getElemType())
        .isEqualTo(ElementType.UINT16.code());
  }

  @Test
  void nativeOperatorBringsItsOwnForm() {
    LambdaBlock block =
        new LambdaBlock(
            list ->
                new NDList(
                    Tracing.custom(
                        "twice",
                        List.of(list.head()),
                        plain -> plain.get(0).add(plain.get(0)),
                        (graph, inputs) -> graph.op("Add", inputs.get(0), inputs.get(0)))));
    assertClose(export(block, InputSpec.floats("x", "batch", 3)), 1e-6);
  }

  @Test
  void shapesThatALoweringAsksForNeedNoNodes() {
    LambdaBlock block =
        new LambdaBlock(
            list ->
                new NDList(
                    Tracing.custom(
                        "same",
                        List.of(list.head()),
                        plain -> plain.get(0).add(plain.get(0)),
                        (graph, inputs) -> {
                          Value x = inputs.get(0);
                          Value flat = graph.reshape(graph.op("Add", x, x), 0, -1);
                          return graph.op("Reshape", flat, graph.op("Shape", x));
                        })));
    ExportedModel model = export(block, InputSpec.floats("x", "batch", 3, 4));
    assertThat(model.model().getGraph().getNodeList())
        .extracting(NodeProto::getOpType)
        .containsExactly("Add", "Reshape", "Reshape", "Identity");
  }

  @Test
  void equalExportsAreEqualBytes() {
    Block block =
        Blocks.initialized(new Blocks.TransformerBlock(32, 4), manager, new Shape(1, 7, 32));
    InputSpec input = InputSpec.floats("x", "batch", "tokens", 32);
    assertThat(export(block, input).model().toByteString())
        .isEqualTo(export(block, input).model().toByteString());
  }

  @Test
  void normsAndActivationsAreSingleOperators() {
    Block block =
        Blocks.initialized(new Blocks.TransformerBlock(32, 4), manager, new Shape(1, 7, 32));
    List<String> operators =
        export(block, InputSpec.floats("x", "batch", "tokens", 32))
            .model()
            .getGraph()
            .getNodeList()
            .stream()
            .map(NodeProto::getOpType)
            .toList();
    assertThat(operators).contains("LayerNormalization", "Gelu", "Softmax");
    assertThat(operators).doesNotContain("Erf", "ReduceMean", "Sqrt", "Exp");
    // The causal mask needs both sizes; everything else does without.
    assertThat(operators.stream().filter("Shape"::equals)).hasSize(2);
  }

  @Test
  void wrongLoweringIsFound() {
    LambdaBlock block =
        new LambdaBlock(
            list ->
                new NDList(
                    Tracing.custom(
                            "twice",
                            List.of(list.head().add(1)),
                            plain -> plain.get(0).add(plain.get(0)),
                            (graph, inputs) -> graph.op("Mul", inputs.get(0), inputs.get(0)))
                        .sub(1)));
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> export(block, InputSpec.floats("x", "batch", 3)))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("first operation that differs is twice")
        .hasMessageContaining("OnnxExporterTest.java");
  }

  @Test
  void exportedStepRunsInsideALoop() throws Exception {
    LambdaBlock step = new LambdaBlock(list -> new NDList(list.head().mul(2).add(1)));
    ExportedModel model = export(step, InputSpec.floats("x", "batch", 3));
    GraphBuilder graph = new GraphBuilder("outer");
    Value start = graph.input("start", ElementType.FLOAT, "batch", 3);
    GraphBuilder body = graph.body("body");
    body.bodyInput("i", ElementType.INT64);
    Value more = body.bodyInput("more", ElementType.BOOL);
    Value state = body.bodyInput("state", ElementType.FLOAT, "batch", 3);
    Value next = body.inline(model.model(), "step_", Map.of("x", state)).get(0);
    body.output(body.op("Identity", more), ElementType.BOOL);
    body.output(next, ElementType.FLOAT, "batch", 3);
    Value end =
        graph.node(
            "Loop",
            List.of(graph.scalar(ElementType.INT64, 3), graph.scalar(ElementType.BOOL, 1), start),
            io.github.ideal4j.onnx.graph.Attribute.of("body", body));
    graph.output(end, "end", ElementType.FLOAT, "batch", 3);
    try (OrtRun run = new OrtRun(graph.toModel())) {
      List<InputSpec> inputs = List.of(InputSpec.floats("start", "batch", 3));
      SampleInputs sample = SampleInputs.draw(inputs, Map.of("batch", 4L), 1);
      float x = sample.contents().get(0).getFloat(0);
      assertThat(run.run(sample).get(0).bytes().getFloat(0))
          .isEqualTo(8 * x + 7, org.assertj.core.data.Offset.offset(1e-5f));
    }
  }

  @Test
  void residualNetworkOfTheModelZoo() {
    Block block =
        ResNetV1.builder()
            .setImageShape(new Shape(3, 32, 32))
            .setNumLayers(18)
            .setOutSize(10)
            .build();
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
    assertThat(export(block, InputSpec.floats("x", "batch", 3, 32, 32)).report().passed()).isTrue();
  }

  @Test
  void mobileNetworkOfTheModelZoo() {
    Block block = MobileNetV1.builder().setOutSize(10).build();
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
    assertThat(export(block, InputSpec.floats("x", "batch", 3, 32, 32)).report().passed()).isTrue();
  }

  private static ExportedModel export(Block block, InputSpec... inputs) {
    return OnnxExporter.export(block, List.of(inputs), ExportOptions.named("block"));
  }

  /** As on a machine with a GPU, where DJL makes arrays unless it is told otherwise. */
  @Test
  void withoutParametersTheProcessorTracesWhereverDjlMakesArrays() throws Exception {
    Engine engine = manager.getEngine();
    Field field = Engine.class.getDeclaredField("defaultDevice");
    field.setAccessible(true);
    Device before = engine.defaultDevice();
    field.set(engine, Device.gpu(0));
    try {
      Block block = new LambdaBlock(list -> new NDList(list.head().sin()));
      assertClose(export(block, InputSpec.floats("x", "batch", 3)), 1e-5);
    } finally {
      field.set(engine, before);
    }
  }
}
