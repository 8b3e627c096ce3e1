package io.github.ideal4j.onnx.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.github.ideal4j.onnx.graph.AttentionFusion;
import io.github.ideal4j.onnx.graph.ByteWeights;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.HalfPrecision;
import io.github.ideal4j.onnx.graph.OnnxFile;
import io.github.ideal4j.onnx.graph.SkipNormFusion;
import io.github.ideal4j.onnx.serving.OrtModel;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of finished graphs, each compared with its block again. */
class RewriteTest {

  private static final Tolerance HALF = new Tolerance(0, 5e-3, 0.02);

  private final NDManager manager = NDManager.newBaseManager();
  private Block block;

  /** Self-attention without a mask, then a choice among codes. */
  private static final class Chooser extends AbstractBlock {
    private static final int HEADS = 2;
    private static final int WIDTH = 8;
    private final Linear qkv = addChildBlock("qkv", Linear.builder().setUnits(48).build());
    private final LayerNorm norm = addChildBlock("norm", LayerNorm.builder().axis(2).build());
    private final Linear codes = addChildBlock("codes", Linear.builder().setUnits(20).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      long b = x.getShape().get(0);
      long n = x.getShape().get(1);
      NDArray parts =
          qkv.forward(store, new NDList(x), false)
              .head()
              .reshape(b, n, 3, HEADS, WIDTH)
              .transpose(2, 0, 3, 1, 4);
      NDArray keys = parts.get(1).transpose(0, 1, 3, 2);
      NDArray weights = parts.get(0).mul(1 / Math.sqrt(WIDTH)).matMul(keys).softmax(-1);
      NDArray mixed =
          weights.matMul(parts.get(2)).transpose(0, 2, 1, 3).reshape(b, n, HEADS * WIDTH);
      NDArray y = norm.forward(store, new NDList(x.add(mixed)), false).head();
      NDArray scores = codes.forward(store, new NDList(y), false).head();
      return new NDList(y, scores.argMax(2));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      qkv.initialize(manager, type, shapes);
      norm.initialize(manager, type, shapes);
      codes.initialize(manager, type, shapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  @BeforeEach
  void make() {
    // float16 may choose the other of two codes that are nearly equal: not among these weights.
    manager.getEngine().setRandomSeed(7);
    block = Blocks.initialized(new Chooser(), manager, new Shape(1, 7, 16));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private ExportedModel export(ExportOptions options) {
    return OnnxExporter.export(
        block, List.of(InputSpec.floats("x", "batch", "tokens", 16)), options);
  }

  private static ExportOptions options() {
    return ExportOptions.named("chooser", "y", "codes");
  }

  private static NodeProto node(ModelProto model, String operator) {
    return model.getGraph().getNodeList().stream()
        .filter(node -> node.getOpType().equals(operator))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void halfPrecisionTakesHalfTheSpaceAndChoosesTheSame() {
    ModelProto whole = export(options()).model();
    ExportedModel half = export(options().withTolerance(HALF).withRewrite(new HalfPrecision()));
    assertThat(half.report().passed()).isTrue();
    assertThat(half.report().maxDifference()).as("it is not float32").isGreaterThan(1e-6);
    // The last product keeps float32.
    long codes = 4L * (20 * 16 + 20);
    assertThat(OnnxFile.weightBytes(half.model()))
        .isLessThan(OnnxFile.weightBytes(whole) / 2 + codes);
  }

  @Test
  void normsSoftmaxAndChoicesStayIslands() {
    ModelProto half =
        export(options().withTolerance(HALF).withRewrite(new HalfPrecision())).model();
    assertThat(node(half, "Softmax").getInput(0)).endsWith(".to_float");
    assertThat(node(half, "LayerNormalization").getInput(0)).endsWith(".to_float");
    NodeProto last =
        half.getGraph().getNodeList().stream()
            .filter(
                node ->
                    node.getInputList().stream().anyMatch(name -> name.contains("codes_weight")))
            .findFirst()
            .orElseThrow();
    String weight = last.getInput(1);
    assertThat(
            half.getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getName().equals(weight))
                .findFirst()
                .orElseThrow()
                .getDataType())
        .isEqualTo(ElementType.FLOAT.code());
    assertThat(half.getGraph().getOutput(0).getType().getTensorType().getElemType())
        .isEqualTo(ElementType.FLOAT.code());
  }

  @Test
  void numbersBeyondHalfPrecisionStayFloat() {
    LambdaBlock large = new LambdaBlock(list -> new NDList(list.head().mul(1e6f).mul(1e-6f)));
    ExportedModel model =
        OnnxExporter.export(
            large,
            List.of(InputSpec.floats("x", "batch", 4)),
            ExportOptions.named("large").withTolerance(HALF).withRewrite(new HalfPrecision()));
    assertThat(model.report().passed()).isTrue();
  }

  @Test
  void byteWeightsTakeAQuarterOfTheSpace() {
    Block wide = Linear.builder().setUnits(128).build();
    Blocks.initialized(wide, manager, new Shape(1, 5, 64));
    List<InputSpec> inputs = List.of(InputSpec.floats("x", "batch", 5, 64));
    ModelProto whole = OnnxExporter.export(wide, inputs, ExportOptions.named("wide")).model();
    ExportedModel bytes =
        OnnxExporter.export(
            wide,
            inputs,
            ExportOptions.named("wide")
                .withTolerance(new Tolerance(0, 2e-2, 0))
                .withRewrite(new ByteWeights()));
    assertThat(bytes.report().passed()).isTrue();
    assertThat(bytes.report().maxDifference()).isGreaterThan(1e-5);
    assertThat(OnnxFile.weightBytes(whole)).isEqualTo(4L * (64 * 128 + 128));
    assertThat(OnnxFile.weightBytes(bytes.model())).isEqualTo(64L * 128 + 2 * 4 * 128);
  }

  @Test
  void graphsWithBodiesAreRefused() {
    LambdaBlock products = new LambdaBlock(list -> new NDList(list.head().cumProd(1)));
    assertThatThrownBy(
            () ->
                OnnxExporter.export(
                    products,
                    List.of(InputSpec.floats("x", "batch", 4)),
                    ExportOptions.named("products").withRewrite(new HalfPrecision())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(Scan) has a body");
  }

  @Test
  void attentionBecomesOneOperatorOfOnnxRuntime() {
    ExportedModel fused = export(options().withRewrite(new AttentionFusion()));
    assertThat(fused.report().passed()).isTrue();
    assertThat(AttentionFusion.fused(fused.model())).isEqualTo(1);
    assertThat(fused.model().getGraph().getNodeList())
        .extracting(NodeProto::getOpType)
        .doesNotContain("Softmax", "Slice");
    assertThat(fused.model().getOpsetImportList())
        .anySatisfy(opset -> assertThat(opset.getDomain()).isEqualTo("com.microsoft"));
  }

  @Test
  void aSumAndItsNormBecomeOneOperatorOfOnnxRuntime() {
    ExportedModel fused = export(options().withRewrite(new SkipNormFusion()));
    assertThat(fused.report().passed()).isTrue();
    assertThat(fused.model().getGraph().getNodeList())
        .extracting(NodeProto::getOpType)
        .contains("SkipLayerNormalization")
        .doesNotContain("LayerNormalization");
  }

  @Test
  void aFileIsRewrittenAsItLoads(@TempDir Path folder) throws IOException, OrtException {
    Path file = folder.resolve("chooser.onnx");
    ModelProto written = export(options()).model();
    OnnxFile.write(written, file);
    float[] x = new float[2 * 9 * 16];
    Random random = new Random(3);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    SessionSettings settings = SessionSettings.cpu().withThreads(1);
    try (OrtModel plain = new OrtModel(file, settings);
        OrtModel fused = OrtModel.ofTransformer(file, settings)) {
      assertThat(outputs(fused, "y", x)).containsExactly(outputs(plain, "y", x), within(1e-5f));
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(written.toByteArray());
  }

  private static float[] outputs(OrtModel model, String name, float[] x) {
    FloatBuffer values =
        ByteBuffer.allocateDirect(4 * x.length).order(ByteOrder.nativeOrder()).asFloatBuffer();
    OrtModel.Input input =
        new OrtModel.Input("x", values.put(x).flip(), OnnxJavaType.FLOAT, 2, 9, 16);
    return model.run(
        List.of(input),
        outputs -> ((OnnxTensor) outputs.get(name).orElseThrow()).getFloatBuffer().array());
  }

  @Test
  void maskedAttentionStaysAsItIs() {
    Block masked =
        Blocks.initialized(new Blocks.TransformerBlock(16, 2), manager, new Shape(1, 7, 16));
    ExportedModel model =
        OnnxExporter.export(
            masked,
            List.of(InputSpec.floats("x", "batch", 7, 16)),
            ExportOptions.named("masked").withRewrite(new AttentionFusion()));
    assertThat(AttentionFusion.fused(model.model())).isZero();
  }
}
