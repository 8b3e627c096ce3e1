package io.github.ideal4j.onnx.trace;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Forward passes that no graph can repeat are refused, with the operation, the block and a remedy.
 */
class RefusalTest {

  private record Refused(
      String name, UnaryOperator<NDArray> function, String operation, String why) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Refused of(String name, UnaryOperator<NDArray> f, String operation, String why) {
    return new Refused(name, f, operation, why);
  }

  static Stream<Refused> programs() {
    NDArray[] kept = new NDArray[1];
    return Stream.of(
        of(
            "a value read in Java",
            a -> a.sum().getFloat() > 0 ? a : a.neg(),
            "NDArray.getFloat",
            "use array operations such as NDArrays.where"),
        of("a comparison in Java", a -> a.equals(a.mul(2)) ? a : a.neg(), "equals", "use eq"),
        of(
            "a constant on the left",
            a -> NDManager.newBaseManager().create(2f).mul(a),
            "NDArray.toByteBuffer",
            "write traced.op(constant)"),
        of("a mask that shortens", a -> a.booleanMask(a.gt(0)), "booleanMask", "NDArrays.where"),
        of(
            "a mask as an index",
            a -> a.get(a.gt(0)),
            "an index with a mask",
            "shape depends on values"),
        of("a list of places", a -> a.nonzero(), "nonzero", "shape depends on values"),
        of(
            "random numbers",
            a -> a.add(a.getManager().randomNormal(a.getShape())),
            "NDManager.randomNormal",
            "pass the noise as an input"),
        of(
            "dropout while training",
            a -> a.getNDArrayInternal().dropout(a, 0.5f, true).head(),
            "dropout",
            "call the block with training=false"),
        of(
            "an input changed in place",
            a -> {
              a.addi(1);
              return a;
            },
            "an input, a parameter or a view of one is changed in place",
            "use the operation that returns a new array"),
        of(
            "an array whose view was changed",
            a -> {
              NDArray b = a.mul(2);
              b.get(":,:2").addi(1);
              return b;
            },
            "whose memory was changed in place through another one",
            "use the operation that returns a new array"),
        of(
            "an array of an earlier pass",
            a -> {
              NDArray sum = kept[0] == null ? a : a.add(kept[0]);
              kept[0] = a.get(":1");
              return sum;
            },
            "an array of an earlier forward pass",
            "do not keep arrays in fields"),
        of("a function without an operator", a -> a.gammaln(), "gammaln", "has no ONNX operator"),
        of("complex numbers", a -> a.fft(4), "fft", "constant matrix of the transform"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("programs")
  void isRefusedWithTheOperationTheBlockAndARemedy(Refused program) {
    SequentialBlock block = new SequentialBlock();
    block.add(new LambdaBlock(list -> new NDList(program.function().apply(list.head()))));
    assertThatThrownBy(() -> export(block, InputSpec.floats("x", "batch", 4)))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining(program.operation())
        .hasMessageContaining(program.why())
        .hasMessageContaining("RefusalTest.java")
        .hasMessageContaining("in block SequentialBlock/01LambdaBlock");
  }

  @Test
  void theBlockIsNamedByItsPath() {
    SequentialBlock inner = new SequentialBlock();
    inner.add(Linear.builder().setUnits(4).build());
    inner.add(new LambdaBlock(list -> new NDList(list.head().unique().get(0))));
    SequentialBlock outer = new SequentialBlock();
    outer.add(Linear.builder().setUnits(4).build()).add(inner);
    try (NDManager manager = NDManager.newBaseManager()) {
      Blocks.initialized(outer, manager, new Shape(1, 4));
      assertThatThrownBy(() -> export(outer, InputSpec.floats("x", "batch", 4)))
          .hasMessageContaining("SequentialBlock/02SequentialBlock/02LambdaBlock");
    }
  }

  @Test
  void aViewThatNobodyElseUsesMayBeChanged() {
    LambdaBlock block =
        new LambdaBlock(
            list -> {
              NDArray turned = list.head().mul(2).transpose(1, 0);
              turned.addi(1);
              return new NDList(turned);
            });
    export(block, InputSpec.floats("x", "batch", 4));
  }

  @Test
  void aBranchOnASizeIsRefused() {
    LambdaBlock block =
        new LambdaBlock(
            list -> {
              NDArray x = list.head();
              return new NDList(x.getShape().get(0) == 1 ? x.neg() : x.exp());
            });
    assertThatThrownBy(() -> export(block, InputSpec.floats("x", "batch", 4)))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("is not the same at all sizes of [batch]");
  }

  @Test
  void aBranchBeyondTheTracedSizesIsFoundByTheComparison() {
    LambdaBlock block =
        new LambdaBlock(
            list -> {
              NDArray x = list.head();
              return new NDList(x.getShape().get(0) > 4 ? x.neg() : x.exp());
            });
    assertThatThrownBy(() -> export(block, InputSpec.floats("x", "batch", 4)))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("the block takes another way beyond them");
  }

  @Test
  void aParameterWithoutValuesIsNamed() {
    Block block = Linear.builder().setUnits(4).build();
    assertThatThrownBy(() -> export(block, InputSpec.floats("x", "batch", 4)))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("parameter 'weight' has no values");
  }

  @Test
  void whereIsTheRemedyForABranchOnValues() {
    LambdaBlock block =
        new LambdaBlock(
            list -> {
              NDArray x = list.head();
              return new NDList(NDArrays.where(x.gt(0), x, x.neg()));
            });
    export(block, InputSpec.floats("x", "batch", 4));
  }

  private static void export(Block block, InputSpec... inputs) {
    OnnxExporter.export(block, List.of(inputs), ExportOptions.named("block"));
  }
}
