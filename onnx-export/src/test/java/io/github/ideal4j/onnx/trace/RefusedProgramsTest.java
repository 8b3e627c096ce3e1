package io.github.ideal4j.onnx.trace;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that cannot become a graph are refused, and the message names the place. */
class RefusedProgramsTest {

  private static final List<InputSpec> X = List.of(InputSpec.floats("x", "batch", 4));

  private record Case(String name, String message, Function<NDArray, NDArray> function) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("value read", "reads the values", x -> x.add(x.getFloat(0, 0))),
        new Case("values read as array", "toFloatArray", x -> x.add(x.toFloatArray()[0])),
        new Case("comparison by content", "contentEquals", x -> x.contentEquals(x) ? x : x.neg()),
        new Case(
            "random numbers",
            "randomNormal",
            x -> x.add(x.getManager().randomNormal(x.getShape()))),
        new Case("branch on a size", "batch", x -> x.getShape().get(0) == 2 ? x.neg() : x.abs()),
        new Case("loop over a size", "some sizes only", RefusedProgramsTest::loop),
        new Case(
            "product that is no polynomial", "no polynomial", x -> x.mul(1f / x.getShape().get(0))),
        new Case(
            "square of a size",
            "no polynomial",
            x -> x.mul(x.getShape().get(0) * x.getShape().get(0))),
        new Case(
            "constant of a size's shape",
            "arange",
            x -> x.add(x.getManager().create(new float[(int) x.getShape().get(0)]).expandDims(1))),
        new Case("shape from data", "nonzero", x -> x.nonzero()),
        new Case("boolean index", "NDIndexBooleans", x -> x.get(x.gt(0))),
        new Case(
            "view changed in place",
            "in place",
            x -> {
              NDArray y = x.mul(2);
              y.get(":,1").addi(1);
              return y;
            }),
        new Case("input changed in place", "in place", x -> x.addi(1)),
        new Case(
            "operation without form", "NDArray.inverse", x -> x.matMul(x.transpose()).inverse()),
        new Case(
            "training dropout",
            "training=true",
            x -> x.getNDArrayInternal().dropout(x, 0.5f, true).head()));
  }

  private static NDArray loop(NDArray x) {
    NDArray sum = x;
    for (int i = 0; i < x.getShape().get(0); i++) {
      sum = sum.add(1);
    }
    return sum;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isRefused(Case test) {
    LambdaBlock block = new LambdaBlock(list -> new NDList(test.function().apply(list.head())));
    assertThatThrownBy(() -> OnnxExporter.export(block, X, ExportOptions.named("refused")))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining(test.message());
  }

  @Test
  void constantBeforeTracedArrayIsRefused() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray table = manager.ones(new Shape(4));
      LambdaBlock block = new LambdaBlock(list -> new NDList(table.mul(list.head())));
      assertThatThrownBy(() -> OnnxExporter.export(block, X, ExportOptions.named("refused")))
          .isInstanceOf(ExportException.class)
          .hasMessageContaining("traced.op(constant)")
          .hasMessageContaining("LambdaBlock.java");
    }
  }

  @Test
  void arrayKeptInAFieldIsRefused() {
    NDArray[] kept = new NDArray[1];
    LambdaBlock block =
        new LambdaBlock(
            list -> {
              kept[0] = kept[0] == null ? list.head().neg() : kept[0];
              return new NDList(list.head().add(kept[0]));
            });
    assertThatThrownBy(() -> OnnxExporter.export(block, X, ExportOptions.named("refused")))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("do not keep arrays in fields");
  }

  @Test
  void branchBeyondTheTracedSizesIsFoundByTheComparison() {
    LambdaBlock block =
        new LambdaBlock(
            list ->
                new NDList(
                    list.head().getShape().get(0) > 4 ? list.head().neg() : list.head().abs()));
    assertThatThrownBy(() -> OnnxExporter.export(block, X, ExportOptions.named("refused")))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("takes another way beyond");
  }

  @Test
  void outputNamedLikeAnInputIsRefused() {
    LambdaBlock block = new LambdaBlock(list -> new NDList(list.head().neg()));
    assertThatThrownBy(() -> OnnxExporter.export(block, X, ExportOptions.named("refused", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'x'");
  }
}
