package io.github.ideal4j.onnx.trace;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.LambdaBlock;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators that are written out become one again. */
class ComposedOperatorsTest {

  private static final double ROOT = Math.sqrt(2);

  static Stream<UnaryOperator<NDArray>> gelus() {
    return Stream.of(
        x -> x.mul(0.5f).mul(x.div(ROOT).erf().add(1)),
        x -> x.div(ROOT).erf().add(1).mul(x).mul(0.5f),
        x -> x.mul(x.mul(Math.sqrt(0.5)).erf().add(1)).mul(0.5f),
        x -> x.div(ROOT).erf().add(1).mul(0.5f).mul(x));
  }

  private static List<String> operators(UnaryOperator<NDArray> function) {
    LambdaBlock block = new LambdaBlock(list -> new NDList(function.apply(list.head())));
    ExportedModel model =
        OnnxExporter.export(
            block,
            List.of(InputSpec.floats("x", "batch", 5, 6)),
            ExportOptions.named("block").withTolerance(new Tolerance(1e-5, 1e-5, 0)));
    return model.model().getGraph().getNodeList().stream()
        .map(NodeProto::getOpType)
        .filter(operator -> !operator.equals("Identity"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("gelus")
  void aWrittenOutGeluIsOneOperator(UnaryOperator<NDArray> gelu) {
    assertThat(operators(gelu)).containsExactly("Gelu");
  }

  @Test
  void aGeluWithAnotherFactorStaysAsItIs() {
    assertThat(operators(x -> x.mul(0.4f).mul(x.div(ROOT).erf().add(1)))).contains("Erf");
    assertThat(operators(x -> x.mul(0.5f).mul(x.div(1.5f).erf().add(1)))).contains("Erf");
  }

  private static NDArray norm(NDArray x, int axis) {
    NDManager manager = x.getManager();
    NDArray centred = x.sub(x.mean(new int[] {axis}, true));
    NDArray deviation = centred.mul(centred).mean(new int[] {axis}, true).add(1e-3f).sqrt();
    NDArray gamma = manager.create(new float[] {1, 2, 3, 4, 5, 6});
    NDArray beta = manager.create(new float[] {6, 5, 4, 3, 2, 1});
    return centred.div(deviation).mul(gamma).add(beta);
  }

  @Test
  void aWrittenOutNormIsOneOperator() {
    assertThat(operators(x -> norm(x, 2))).containsExactly("LayerNormalization");
    assertThat(operators(x -> norm(x, -1))).containsExactly("LayerNormalization");
  }

  @Test
  void aNormOfAnotherAxisStaysAsItIs() {
    assertThat(operators(x -> norm(x, 1))).contains("ReduceMean", "Sqrt");
  }
}
