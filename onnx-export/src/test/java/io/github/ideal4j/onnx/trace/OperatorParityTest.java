package io.github.ideal4j.onnx.trace;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.LambdaBlock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operation in ONNX Runtime equals the engine at batch sizes that were not traced. */
class OperatorParityTest {

  private static final List<InputSpec> X = List.of(InputSpec.floats("x", "batch", 6, 4));
  private static final List<InputSpec> POSITIVE =
      List.of(InputSpec.floats("x", "batch", 6, 4).withRange(0.1, 2));
  private static final List<InputSpec> XY =
      List.of(InputSpec.floats("x", "batch", 6, 4), InputSpec.floats("y", "batch", 6, 4));
  private static final List<InputSpec> IDS =
      List.of(InputSpec.floats("x", "batch", 6, 4), InputSpec.longs("ids", 6, "batch", 3));
  private static final List<InputSpec> PICK =
      List.of(InputSpec.floats("x", "batch", 6, 4), InputSpec.ints("ids", 6, 5));
  private static final List<InputSpec> BYTES = List.of(InputSpec.bytes("x", "batch", 4, 4, 3));
  private static final List<InputSpec> INTS =
      List.of(
          InputSpec.ints("x", 9, "batch", 5).withRange(-9, 9),
          InputSpec.ints("y", 9, "batch", 5).withRange(1, 9));
  private static final List<InputSpec> IMAGE = List.of(InputSpec.floats("x", "batch", 3, 8, 8));
  private static final List<InputSpec> BOOLS =
      List.of(InputSpec.booleans("p", "batch", 5), InputSpec.booleans("q", "batch", 5));

  private record Case(String name, List<InputSpec> inputs, Function<NDList, NDArray> function) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Map<String, Case> CASES = new LinkedHashMap<>();

  private static void of(String name, List<InputSpec> inputs, Function<NDList, NDArray> function) {
    CASES.put(name, new Case(name, inputs, function));
  }

  private static void x(String name, Function<NDArray, NDArray> function) {
    of(name, X, list -> function.apply(list.get(0)));
  }

  static Stream<Case> cases() {
    elementwise();
    reductions();
    shapes();
    indexing();
    types();
    layers();
    return CASES.values().stream();
  }

  private static void elementwise() {
    of("add", XY, l -> l.get(0).add(l.get(1)));
    of("sub", XY, l -> l.get(0).sub(l.get(1)));
    of("mul", XY, l -> l.get(0).mul(l.get(1)));
    of("div", XY, l -> l.get(0).div(l.get(1)));
    of("maximum", XY, l -> l.get(0).maximum(l.get(1)));
    of("minimum", XY, l -> l.get(0).minimum(l.get(1)));
    x("numbers", a -> a.add(2).sub(1.5).mul(3).div(7).maximum(-1).minimum(1));
    of("pow", POSITIVE, l -> l.get(0).pow(1.5));
    of("logs", POSITIVE, l -> l.get(0).log().add(l.get(0).log2()).add(l.get(0).log10()));
    of("sqrt", POSITIVE, l -> l.get(0).sqrt());
    x("neg abs exp square", a -> a.neg().exp().add(a.abs()).mul(a.square()));
    x(
        "trigonometry",
        a -> a.sin().add(a.cos()).add(a.tanh()).add(a.atan()).add(a.sinh()).add(a.cosh()));
    x(
        "floor ceil round trunc sign",
        a -> a.mul(4).round().add(a.floor()).add(a.ceil()).add(a.trunc()).add(a.sign()));
    x("erf", NDArray::erf);
    x("mod", a -> a.mod(0.7));
    x("clip", a -> a.clip(-0.5, 1));
    x("rsub rdiv", a -> NDArrays.sub(1, a).add(NDArrays.div(2, a.square().add(1))));
    x(
        "in place",
        a -> {
          NDArray b = a.mul(2);
          b.addi(a);
          b.muli(3);
          b.subi(1);
          b.divi(2);
          b.negi();
          return b;
        });
    of(
        "comparisons",
        XY,
        l -> {
          NDArray a = l.get(0);
          NDArray b = l.get(1);
          NDArray count =
              a.gt(b).toType(DataType.INT32, false).add(a.gte(0).toType(DataType.INT32, false));
          return count
              .add(a.lt(b).toType(DataType.INT32, false))
              .add(a.lte(1).toType(DataType.INT32, false))
              .add(a.eq(b).toType(DataType.INT32, false))
              .add(a.neq(b).toType(DataType.INT32, false));
        });
    of("where", XY, l -> NDArrays.where(l.get(0).gt(l.get(1)), l.get(0), l.get(1)));
    of(
        "logical",
        BOOLS,
        l -> l.get(0).logicalAnd(l.get(1)).logicalOr(l.get(0).logicalXor(l.get(1)).logicalNot()));
    of(
        "any all none",
        BOOLS,
        l -> NDArrays.stack(new NDList(l.get(0).any(), l.get(0).all(), l.get(1).none())));
    of("int division and remainder", INTS, l -> l.get(0).div(l.get(1)).add(l.get(0).mod(l.get(1))));
  }

  private static void reductions() {
    x("sum", a -> a.sum(new int[] {1, 2}).add(a.sum()));
    x("mean keeping", a -> a.mean(new int[] {-1}, true).add(a.mean()));
    x("max min", a -> a.max(new int[] {1}).add(a.min(new int[] {1})).add(a.max()).add(a.min()));
    x("prod", a -> a.prod(new int[] {1}));
    x("norm", a -> a.norm(new int[] {1}, true).add(a.norm()));
    x("normalize", a -> a.normalize(2, 2));
    x("softmax", a -> a.softmax(-1).add(a.softmax(1)));
    x("logSoftmax", a -> a.logSoftmax(-1));
    x("cumSum", a -> a.cumSum(1));
    x("argMax argMin", a -> a.argMax(1).add(a.argMin(1)));
    x("argMax of all", a -> a.argMax().add(a.sum().toType(DataType.INT64, false).mul(0)));
    x("topK", a -> a.topK(3, 1, true, true).get(0).add(a.topK(3, 1, false, true).get(1)));
    x("sort", a -> a.sort(1).add(a.sort()));
    x("argSort", a -> a.argSort(1, false));
    x("argSort of the batch", a -> a.argSort(0, true));
  }

  private static void shapes() {
    x("reshape", a -> a.reshape(-1, 12).reshape(a.getShape().get(0), 2, 3, 4));
    x(
        "reshape merging batch",
        a -> a.reshape(a.getShape().get(0) * 6, 4).reshape(a.getShape().get(0), 6, 2, 2));
    x("flatten", a -> a.flatten(1, 2).add(a.flatten().sum()));
    x("expand squeeze", a -> a.expandDims(1).expandDims(-1).squeeze(1).squeeze(new int[] {3}));
    x("transpose swapAxes", a -> a.transpose(0, 2, 1).swapAxes(1, 2).transpose());
    x("broadcast", a -> a.get(":,:1").broadcast(a.getShape().get(0), 6, 4).add(a));
    x(
        "broadcast over the batch",
        a -> a.getManager().arange(24f).reshape(1, 6, 4).broadcast(a.getShape()).add(a));
    x("repeat", a -> a.repeat(1, 2));
    x("repeat the batch", a -> a.repeat(0, 2));
    x("tile", a -> a.tile(new long[] {1, 2, 3}));
    x("flip", a -> a.flip(1, 2));
    x("pad", a -> a.pad(new Shape(1, 2, 0, 1), 0.5));
    x("concat stack", a -> a.concat(a.mul(2), 1).concat(a.stack(a, 1).reshape(-1, 12, 4), 1));
    x(
        "split",
        a ->
            a.split(new long[] {2, 3}, 1)
                .get(1)
                .add(a.split(3, 1).get(2).sum(new int[] {1}, true)));
    x(
        "zeros ones full",
        a -> a.add(a.zerosLike()).add(a.onesLike()).add(a.getManager().full(a.getShape(), 2f)));
    x(
        "arange of a size",
        a -> a.getManager().arange(0f, (float) a.getShape().get(0), 1f).reshape(-1, 1, 1).mul(a));
    x("number that is a size", a -> a.mul(a.getShape().get(0)));
  }

  private static void indexing() {
    x("get range", a -> a.get(":,1:5:2"));
    x("get position", a -> a.get(":,2"));
    x("get last", a -> a.get(":,-1,1:-1"));
    x("get ellipsis", a -> a.get("...,1"));
    x("get of the batch", a -> a.get(a.getShape().get(0) - 1).add(a.get(0)));
    x("get new axis", a -> a.get(new NDIndex().addAllDim().addSliceDim(0, 2)).expandDims(1));
    of("get by index array", PICK, l -> l.get(0).get(":,{}", l.get(1)));
    of("get along the first axis", PICK, l -> l.get(0).transpose(1, 0, 2).get(l.get(1)));
    of(
        "gather",
        IDS,
        l -> l.get(0).gather(l.get(1).expandDims(-1).broadcast(l.get(1).getShape().add(4)), 1));
    of("take", IDS, l -> l.get(0).take(l.get(1)));
    of("oneHot", IDS, l -> l.get(1).oneHot(6).matMul(l.get(0)));
    x(
        "set",
        a -> {
          NDArray b = a.mul(1);
          b.set(new NDIndex(":,1:3"), 7);
          b.set(new NDIndex(":,4,2"), a.get(":,0,0"));
          return b;
        });
    of("matMul", XY, l -> l.get(0).matMul(l.get(1).transpose(0, 2, 1)));
  }

  private static void types() {
    of(
        "bytes to floats",
        BYTES,
        l -> l.get(0).toType(DataType.FLOAT32, false).div(127.5f).sub(1).transpose(0, 3, 1, 2));
    of(
        "floats to bytes",
        IMAGE,
        l -> l.get(0).add(1).mul(127.5).round().clip(0, 255).toType(DataType.UINT8, false));
    of("bytes arithmetic", BYTES, l -> l.get(0).add(l.get(0)).maximum(3));
    x(
        "casts",
        a ->
            a.mul(50)
                .toType(DataType.INT32, false)
                .toType(DataType.INT64, false)
                .toType(DataType.FLOAT64, false));
    of(
        "int sums",
        INTS,
        l ->
            l.get(0)
                .sum(new int[] {1})
                .add(l.get(1).max(new int[] {1}))
                .add(l.get(0).cumSum(1).sum(new int[] {1})));
  }

  private static void layers() {
    x(
        "activations",
        a ->
            new NDList(
                    Activation.relu(a),
                    Activation.sigmoid(a),
                    Activation.tanh(a),
                    Activation.gelu(a),
                    Activation.swish(a, 1),
                    Activation.mish(a),
                    Activation.selu(a),
                    Activation.elu(a, 1),
                    Activation.leakyRelu(a, 0.1f),
                    Activation.softPlus(a),
                    Activation.softSign(a))
                .stream().reduce(NDArray::add).orElseThrow());
    of(
        "maxPool",
        IMAGE,
        l ->
            l.get(0)
                .getNDArrayInternal()
                .maxPool(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1), false));
    of(
        "maxPool rounding up",
        IMAGE,
        l ->
            l.get(0)
                .getNDArrayInternal()
                .maxPool(new Shape(3, 3), new Shape(2, 2), new Shape(0, 0), true));
    of(
        "avgPool",
        IMAGE,
        l ->
            l.get(0)
                .getNDArrayInternal()
                .avgPool(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1), false, false));
    of(
        "globalPools",
        IMAGE,
        l ->
            l.get(0)
                .getNDArrayInternal()
                .globalAvgPool()
                .add(l.get(0).getNDArrayInternal().globalMaxPool()));
    of(
        "nearest",
        IMAGE,
        l -> l.get(0).getNDArrayInternal().interpolation(new long[] {16, 24}, 0, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void equalsTheEngine(Case test) {
    LambdaBlock block = new LambdaBlock(list -> new NDList(test.function().apply(list)));
    ExportedModel model = OnnxExporter.export(block, test.inputs(), ExportOptions.named("case"));
    assertThat(model.report().passed()).isTrue();
  }
}
