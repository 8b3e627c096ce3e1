package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.recurrent.RNN;
import io.github.ideal4j.onnx.graph.ElementType;
import java.lang.reflect.Method;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * How to call each method of NDArray and NDArrayEx: on which inputs, with which arguments. Sizes
 * are drawn from a seed that belongs to the method.
 */
final class OperatorCases {

  /**
   * A call.
   *
   * @param inputs the first is what the method is called on
   * @param arguments of the method, from the block's inputs
   * @param types element types that may be tried for the first input, and for the second one where
   *     it is a peer
   */
  record Call(
      Function<ElementType, List<InputSpec>> inputs,
      Function<NDList, Object[]> arguments,
      Set<ElementType> types) {}

  static final List<ElementType> TYPES =
      List.of(
          ElementType.FLOAT,
          ElementType.DOUBLE,
          ElementType.INT32,
          ElementType.INT64,
          ElementType.UINT8,
          ElementType.BOOL);

  private static final Set<ElementType> ALL = Set.copyOf(TYPES);
  private static final Set<ElementType> NUMBERS =
      Set.of(ElementType.FLOAT, ElementType.DOUBLE, ElementType.INT32, ElementType.INT64);
  private static final Set<ElementType> FLOATS = Set.of(ElementType.FLOAT, ElementType.DOUBLE);
  private static final Set<ElementType> FLOAT = Set.of(ElementType.FLOAT);

  /** Functions that are defined for positive numbers, or between -1 and 1. */
  private static final Map<String, double[]> RANGES =
      Map.of(
          "log", new double[] {0.1, 3},
          "log2", new double[] {0.1, 3},
          "log10", new double[] {0.1, 3},
          "sqrt", new double[] {0.1, 3},
          "cbrt", new double[] {0.1, 3},
          "pow", new double[] {0.1, 3},
          "powi", new double[] {0.1, 3},
          "asin", new double[] {-1, 1},
          "acos", new double[] {-1, 1},
          "tan", new double[] {-1, 1});

  private final Method method;
  private final String signature;
  private final int rows;
  private final int columns;

  private OperatorCases(Method method) {
    this.method = method;
    signature = Refusals.signature(method);
    Random random = new Random(signature.hashCode());
    rows = 4 + random.nextInt(4);
    columns = 4 + random.nextInt(4);
  }

  /** The calls that show what a method does; empty if nobody has thought of it. */
  static List<Call> of(Method method) {
    return new OperatorCases(method).calls();
  }

  private List<Call> calls() {
    boolean extended = method.getDeclaringClass().getSimpleName().equals("NDArrayEx");
    List<Call> special = extended ? layers() : arrays();
    if (!special.isEmpty()) {
      return special;
    }
    Class<?>[] types = method.getParameterTypes();
    if (types.length == 0) {
      return one(ALL, list -> new Object[0]);
    }
    if (types.length == 1 && types[0] == NDArray.class) {
      return List.of(new Call(this::pair, list -> new Object[] {list.get(1)}, ALL));
    }
    if (types.length == 1 && types[0] == Number.class) {
      return one(ALL, list -> new Object[] {number(list.get(0))});
    }
    return List.of();
  }

  private static Number number(NDArray array) {
    return array.getDataType().isFloating() ? (Number) 1.5f : (Number) 2;
  }

  private static Object[] args(Object... args) {
    return args;
  }

  private List<InputSpec> single(ElementType type) {
    return List.of(input("x", type, "batch", rows, columns));
  }

  private List<InputSpec> pair(ElementType type) {
    InputSpec other = input("y", type, "batch", rows, columns);
    InputSpec positive =
        switch (type) {
          case FLOAT, DOUBLE -> other.withRange(0.3, 2);
          case BOOL -> other;
          default -> other.withRange(1, 4);
        };
    return List.of(input("x", type, "batch", rows, columns), positive);
  }

  private InputSpec input(String name, ElementType type, Object... dims) {
    double[] range =
        switch (type) {
          case FLOAT, DOUBLE -> RANGES.getOrDefault(method.getName(), new double[] {-2, 2});
          case BOOL -> new double[] {0, 2};
          case UINT8 -> new double[] {0, grows() ? 3 : 200};
          default ->
              orders()
                  ? new double[] {-1e6, 1e6}
                  : grows() ? new double[] {-2, 3} : new double[] {-9, 9};
        };
    return new InputSpec(name, type, List.of(dims), range[0], range[1]);
  }

  /** Methods whose result depends on which of two equal elements comes first. */
  private boolean orders() {
    return Set.of("argMax", "argMin", "argSort", "topK").contains(method.getName());
  }

  /** Methods whose results leave the range of their type soon. */
  private boolean grows() {
    return Set.of("cosh", "cumProd", "exp", "prod", "sinh").contains(method.getName());
  }

  private List<Call> one(Set<ElementType> types, Function<NDList, Object[]> arguments) {
    return List.of(new Call(this::single, arguments, types));
  }

  private List<Call> with(
      Set<ElementType> types,
      UnaryOperator<List<InputSpec>> more,
      Function<NDList, Object[]> args) {
    return List.of(new Call(type -> more.apply(new ArrayList<>(single(type))), args, types));
  }

  private List<Call> plus(InputSpec spec, Function<NDList, Object[]> args) {
    return with(
        ALL,
        list -> {
          list.add(spec);
          return list;
        },
        args);
  }

  private List<Call> arrays() {
    return switch (signature) {
      case "all()", "any()", "none()", "isScalar()", "isEmpty()", "isSparse()" ->
          one(ALL, list -> args());
      case "argMax()", "argMin()" -> one(NUMBERS, list -> args());
      case "argMax(int)", "argMin(int)", "argSort(int)" -> one(NUMBERS, list -> args(1));
      case "argSort()" -> one(NUMBERS, list -> args());
      case "argSort(int,boolean)" ->
          List.of(
              one(NUMBERS, list -> args(1, false)).get(0),
              one(NUMBERS, list -> args(-1, true)).get(0));
      case "sort(int)", "softmax(int)", "logSoftmax(int)", "cumSum(int)", "cumProd(int)" ->
          List.of(one(ALL, list -> args(1)).get(0), one(ALL, list -> args(2)).get(0));
      case "countNonzero(int)" -> one(ALL, list -> args(1));
      case "cumProd(int,DataType)" -> one(ALL, list -> args(2, DataType.FLOAT64));
      case "broadcast(long[])" -> one(ALL, list -> args((Object) with(list.get(0).getShape(), 3)));
      case "broadcast(Shape)" -> one(ALL, list -> args(new Shape(with(list.get(0).getShape(), 3))));
      case "clip(Number,Number)" ->
          one(ALL, list -> list.get(0).getDataType().isFloating() ? args(-0.5, 1) : args(1, 3));
      case "concat(NDArray)", "stack(NDArray)" ->
          List.of(new Call(this::pair, list -> args(list.get(1)), ALL));
      case "concat(NDArray,int)" ->
          List.of(new Call(this::pair, list -> args(list.get(1), 1), ALL));
      case "stack(NDArray,int)" -> List.of(new Call(this::pair, list -> args(list.get(1), 2), ALL));
      case "diagonal(int)" -> fixed(list -> args(1));
      case "diagonal()" -> fixed(list -> args());
      case "diagonal(int,int,int)" ->
          List.of(one(ALL, list -> args(-1, 1, 2)).get(0), one(ALL, list -> args(2, 2, 1)).get(0));
      case "diff(int,int)" -> one(ALL, list -> args(2, 1));
      case "dot(NDArray)" -> matrices(rows, columns);
      case "expandDims(int)" ->
          List.of(one(ALL, list -> args(1)).get(0), one(ALL, list -> args(-1)).get(0));
      case "flatten(int,int)" -> one(ALL, list -> args(1, 2));
      case "flip(int[])" -> one(ALL, list -> args((Object) new int[] {1, 2}));
      case "gather(NDArray,int)" ->
          plus(InputSpec.longs("ids", rows, "batch", 3, columns), list -> args(list.get(1), 1));
      case "gatherNd(NDArray)" ->
          List.of(
              new Call(
                  type ->
                      List.of(
                          input("x", type, rows, columns, 3),
                          InputSpec.longs("ids", rows, 2, "batch").withRange(0, 4)),
                  list -> args(list.get(1)),
                  ALL));
      case "get(NDArray)", "get(NDManager,NDIndex)", "get(NDIndex)", "get(long[])" -> gets();
      case "get(NDManager,long[])" -> one(ALL, list -> args(list.getManager(), new long[] {0}));
      case "get(String,Object[])" -> one(ALL, list -> args(":,1:3,0", new Object[0]));
      case "getScalar(long[])" -> one(ALL, list -> args((Object) new long[] {0, 2, 3}));
      case "matMul(NDArray)", "batchMatMul(NDArray)" ->
          List.of(
              new Call(
                  type ->
                      List.of(
                          input("x", type, "batch", rows, columns),
                          input("y", type, "batch", columns, 3)),
                  list -> args(list.get(1)),
                  ALL));
      case "max(int[])",
          "min(int[])",
          "sum(int[])",
          "mean(int[])",
          "prod(int[])",
          "norm(int[])",
          "median(int[])" ->
          one(ALL, list -> args((Object) new int[] {1}));
      case "max(int[],boolean)",
          "min(int[],boolean)",
          "mean(int[],boolean)",
          "prod(int[],boolean)",
          "norm(int[],boolean)" ->
          one(ALL, list -> args(new int[] {-1}, true));
      case "sum(int[],boolean)" -> one(ALL, list -> args(new int[] {1, 2}, false));
      case "percentile(Number)" -> one(ALL, list -> args(30));
      case "percentile(Number,int[])" -> one(ALL, list -> args(77.5, new int[] {1}));
      case "norm(boolean)" -> one(ALL, list -> args(true));
      case "norm(int,int[],boolean)" ->
          List.of(
              one(ALL, list -> args(1, new int[] {1, 2}, false)).get(0),
              one(ALL, list -> args(2, new int[] {1}, true)).get(0));
      case "normalize(double,long)" -> one(ALL, list -> args(2.0, 2L));
      case "normalize(double,long,double)" -> one(ALL, list -> args(1.0, 1L, 1e-3));
      case "oneHot(int)" -> indices(list -> args(9));
      case "oneHot(int,DataType)" -> indices(list -> args(9, DataType.INT32));
      case "pad(Shape,double)" -> one(ALL, list -> args(new Shape(1, 2, 0, 3), 1.0));
      case "pow(NDArray)", "powi(NDArray)" ->
          List.of(new Call(this::pair, list -> args(list.get(1)), NUMBERS));
      case "put(NDArray,NDArray)" ->
          List.of(
              new Call(
                  type ->
                      List.of(
                          input("x", type, rows, columns),
                          InputSpec.longs("ids", 12, 1),
                          input("y", type, 1)),
                  list -> args(list.get(1), list.get(2)),
                  ALL));
      case "repeat(int,long)" -> one(ALL, list -> args(1, 3L));
      case "repeat(long)", "tile(long)" -> one(ALL, list -> args(2L));
      case "repeat(long[])" -> one(ALL, list -> args((Object) new long[] {1, 3, 2}));
      case "repeat(Shape)" ->
          one(ALL, list -> args(new Shape(list.get(0).getShape().get(0), 2L * rows, columns)));
      case "reshape(long[])" -> one(ALL, list -> args((Object) new long[] {-1, columns, rows}));
      case "reshape(Shape)" ->
          one(ALL, list -> args(new Shape(list.get(0).getShape().get(0), (long) rows * columns)));
      case "rotate90(int,int[])" ->
          List.of(
              one(ALL, list -> args(1, new int[] {1, 2})).get(0),
              one(ALL, list -> args(2, new int[] {1, 2})).get(0),
              one(ALL, list -> args(-1, new int[] {2, 1})).get(0));
      case "scaleGradient(double)" -> one(ALL, list -> args(0.5));
      case "scatter(NDArray,NDArray,int)" ->
          List.of(
              new Call(
                  type ->
                      List.of(
                          input("x", type, "batch", rows, columns),
                          InputSpec.longs("ids", rows, "batch", 1, columns),
                          input("y", type, "batch", 1, columns)),
                  list -> args(list.get(1), list.get(2), 1),
                  ALL));
      case "set(NDArray,Number)" ->
          one(ALL, list -> args(list.get(0).gt(list.get(0).zerosLike()), 1));
      case "set(NDIndex,NDArray)" ->
          one(ALL, list -> args(new NDIndex(":,1:3"), list.get(0).get(":,0:2")));
      case "set(NDIndex,Number)" -> one(ALL, list -> args(new NDIndex(":,1:3,2"), 1));
      case "set(NDIndex,Function)" ->
          one(ALL, list -> args(new NDIndex(":,0"), (Function<NDArray, NDArray>) a -> a.add(a)));
      case "set(Buffer)" -> values(ElementType.FLOAT, FloatBuffer.wrap(new float[24]));
      case "set(float[])" -> values(ElementType.FLOAT, new float[24]);
      case "set(double[])" -> values(ElementType.DOUBLE, new double[24]);
      case "set(int[])" -> values(ElementType.INT32, new int[24]);
      case "set(long[])" -> values(ElementType.INT64, new long[24]);
      case "set(byte[])" -> values(ElementType.UINT8, new byte[24]);
      case "setScalar(NDIndex,Number)" -> one(ALL, list -> args(new NDIndex("0,2,3"), 1));
      case "shapeEquals(NDArray)" -> List.of(new Call(this::pair, list -> args(list.get(1)), ALL));
      case "size(int)" -> one(ALL, list -> args(1));
      case "split(long)" -> fixedRows(list -> args(3L));
      case "split(long,int)" ->
          List.of(
              new Call(
                  type -> List.of(input("x", type, "batch", 6, columns)),
                  list -> args(3L, 1),
                  ALL));
      case "split(long[])" -> fixedRows(list -> args((Object) new long[] {1, 3}));
      case "split(long[],int)" -> one(ALL, list -> args(new long[] {1, 3}, 2));
      case "squeeze()" ->
          List.of(new Call(type -> List.of(input("x", type, 1, rows, 1)), list -> args(), ALL));
      case "squeeze(int)" ->
          List.of(
              new Call(
                  type -> List.of(input("x", type, "batch", 1, columns)), list -> args(1), ALL));
      case "squeeze(int[])" ->
          List.of(
              new Call(
                  type -> List.of(input("x", type, "batch", 1, columns, 1)),
                  list -> args((Object) new int[] {1, 3}),
                  ALL));
      case "swapAxes(int,int)" -> one(ALL, list -> args(1, 2));
      case "take(NDArray)" ->
          plus(InputSpec.longs("ids", rows, "batch", 3), list -> args(list.get(1)));
      case "take(NDManager,NDArray)" ->
          plus(
              InputSpec.longs("ids", rows, "batch", 3),
              list -> args(list.getManager(), list.get(1)));
      case "tile(long[])" -> one(ALL, list -> args((Object) new long[] {1, 2, 3}));
      case "toDevice(Device,boolean)" -> one(ALL, list -> args(list.get(0).getDevice(), false));
      case "toType(DataType,boolean)" ->
          List.of(
              one(ALL, list -> args(DataType.FLOAT32, false)).get(0),
              one(ALL, list -> args(DataType.INT64, true)).get(0),
              one(ALL, list -> args(DataType.BOOLEAN, true)).get(0));
      case "topK(int,int)" -> one(NUMBERS, list -> args(3, 1));
      case "topK(int,int,boolean,boolean)" -> one(NUMBERS, list -> args(3, 2, false, true));
      case "transpose(int[])" ->
          List.of(
              one(ALL, list -> args((Object) new int[] {0, 2, 1})).get(0),
              one(ALL, list -> args((Object) new int[] {2, 0, 1})).get(0));
      default -> List.of();
    };
  }

  private static long[] with(Shape shape, long front) {
    long[] dims = new long[shape.dimension() + 1];
    dims[0] = front;
    System.arraycopy(shape.getShape(), 0, dims, 1, shape.dimension());
    return dims;
  }

  private List<Call> gets() {
    return switch (signature) {
      case "get(NDArray)" ->
          List.of(
              new Call(
                  type ->
                      List.of(
                          input("x", type, rows, columns),
                          InputSpec.longs("ids", rows, "batch", 2)),
                  list -> args(list.get(1)),
                  ALL));
      case "get(NDManager,NDIndex)" ->
          one(ALL, list -> args(list.getManager(), new NDIndex(":,1:-1:2,...")));
      case "get(NDIndex)" ->
          List.of(
              one(ALL, list -> args(new NDIndex("...,-1"))).get(0),
              one(ALL, list -> args(new NDIndex(":,1:,2:3"))).get(0),
              plus(InputSpec.longs("ids", rows, 2), list -> args(new NDIndex(":,{}", list.get(1))))
                  .get(0));
      default -> one(ALL, list -> args((Object) new long[] {0, 2}));
    };
  }

  private List<Call> values(ElementType only, Object values) {
    return List.of(
        new Call(
            type -> List.of(input("x", type, 4, 6)),
            list -> args(values instanceof FloatBuffer buffer ? buffer.duplicate() : values),
            Set.of(only)));
  }

  private List<Call> fixed(Function<NDList, Object[]> args) {
    return List.of(
        new Call(
            type -> List.of(input("x", type, rows, columns), input("y", type, "batch", 1)),
            args,
            ALL));
  }

  private List<Call> fixedRows(Function<NDList, Object[]> args) {
    return List.of(new Call(type -> List.of(input("x", type, 6, columns)), args, ALL));
  }

  private List<Call> indices(Function<NDList, Object[]> args) {
    return List.of(
        new Call(
            type -> List.of(input("x", type, "batch", rows).withRange(0, 8)),
            args,
            Set.of(ElementType.INT64, ElementType.INT32)));
  }

  private List<Call> matrices(int height, int width) {
    return List.of(
        new Call(
            type -> List.of(input("x", type, "batch", height), input("y", type, height, width)),
            list -> args(list.get(1)),
            ALL));
  }

  private List<Call> images(Function<NDList, Object[]> args) {
    return List.of(
        new Call(type -> List.of(input("x", type, "batch", 3, rows + 5, columns + 5)), args, ALL));
  }

  private List<Call> layers() {
    return switch (signature) {
      case "rsub(Number)", "rsubi(Number)", "rdiv(Number)", "rmod(Number)", "rmodi(Number)" ->
          one(NUMBERS, list -> args(3));
      case "rdiv(NDArray)", "rmod(NDArray)" ->
          List.of(
              new Call(
                  type -> {
                    List<InputSpec> specs = new ArrayList<>(pair(type));
                    specs.set(0, specs.get(0).withRange(1, 4));
                    return specs;
                  },
                  list -> args(list.get(1)),
                  NUMBERS));
      case "rpow(Number)" -> one(FLOATS, list -> args(3));
      case "leakyRelu(float)", "elu(float)", "swish(float)" -> one(ALL, list -> args(0.3f));
      case "maxPool(Shape,Shape,Shape,boolean)" ->
          List.of(
              images(list -> args(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1), false)).get(0),
              images(list -> args(new Shape(2, 3), new Shape(2, 1), new Shape(0, 0), true)).get(0));
      case "avgPool(Shape,Shape,Shape,boolean,boolean)" ->
          List.of(
              images(list -> args(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1), false, false))
                  .get(0),
              images(list -> args(new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false, true))
                  .get(0));
      case "lpPool(float,Shape,Shape,Shape,boolean)" ->
          images(list -> args(2f, new Shape(2, 2), new Shape(2, 2), new Shape(0), false));
      case "globalLpPool(float)" -> images(list -> args(2f));
      case "globalMaxPool()", "globalAvgPool()" -> images(list -> args());
      case "convolution(NDArray,NDArray,NDArray,Shape,Shape,Shape,int)" -> convolutions();
      case "linear(NDArray,NDArray,NDArray)" ->
          List.of(
              layer(
                  type ->
                      List.of(
                          input("x", type, "batch", rows, columns),
                          input("w", type, 3, columns),
                          input("b", type, 3)),
                  list -> args(list.get(0), list.get(1), list.get(2))),
              layer(
                  type -> List.of(input("x", type, "batch", columns), input("w", type, 3, columns)),
                  list -> args(list.get(0), list.get(1), null)));
      case "embedding(NDArray,NDArray,SparseFormat)" ->
          List.of(
              layer(
                  type ->
                      List.of(
                          InputSpec.longs("ids", rows, "batch", 3),
                          input("w", type, rows, columns)),
                  list -> args(list.get(0), list.get(1), SparseFormat.DENSE)));
      case "dropout(NDArray,float,boolean)" -> one(FLOATS, list -> args(list.get(0), 0.5f, false));
      case "layerNorm(NDArray,Shape,NDArray,NDArray,float)" ->
          List.of(
              layer(
                  type ->
                      List.of(
                          input("x", type, "batch", rows, columns),
                          input("g", type, columns),
                          input("b", type, columns)),
                  list -> args(list.get(0), new Shape(columns), list.get(1), list.get(2), 1e-3f)));
      case "batchNorm(NDArray,NDArray,NDArray,NDArray,NDArray,int,float,float,boolean)" ->
          List.of(batchNorm(1, rows), batchNorm(2, columns));
      case "rnn(NDArray,NDArray,NDList,boolean,int,Activation,double,boolean,boolean,boolean)" ->
          List.of(
              recurrent(1, 1, RNN.Activation.RELU, 1, true),
              recurrent(1, 2, RNN.Activation.TANH, 2, false));
      case "gru(NDArray,NDArray,NDList,boolean,int,double,boolean,boolean,boolean)" ->
          List.of(recurrent(3, 1, null, 1, true), recurrent(3, 2, null, 2, false));
      case "lstm(NDArray,NDList,NDList,boolean,int,double,boolean,boolean,boolean)" ->
          List.of(recurrent(4, 1, null, 1, true), recurrent(4, 2, null, 2, false));
      case "normalize(float[],float[])" ->
          images(list -> args(new float[] {0.1f, 0.2f, 0.3f}, new float[] {1, 2, 3}));
      case "toTensor()" -> channelsLast(list -> args());
      case "interpolation(long[],int,boolean)" ->
          List.of(
              images(list -> args(new long[] {rows + 5L, 2L * (columns + 5)}, 0, false)).get(0),
              images(list -> args(new long[] {2L * (rows + 5), 29}, 1, false)).get(0));
      case "resize(int,int,int)" ->
          List.of(
              channelsLast(list -> args(7, 5, 0)).get(0),
              channelsLast(list -> args(19, 17, 1)).get(0));
      case "crop(int,int,int,int)" -> channelsLast(list -> args(1, 2, 3, 2));
      case "where(NDArray,NDArray)" ->
          List.of(
              new Call(this::pair, list -> args(list.get(0).gt(list.get(1)), list.get(1)), ALL));
      case "stack(NDList,int)", "concat(NDList,int)" ->
          List.of(new Call(this::pair, list -> args(new NDList(list.get(1)), 1), ALL));
      case "stack(NDList)", "concat(NDList)" ->
          List.of(new Call(this::pair, list -> args(new NDList(list.get(1))), ALL));
      case "multiBoxPrior(List,List,List,List,boolean)" ->
          images(
              list ->
                  args(
                      List.of(0.2f, 0.4f),
                      List.of(1f, 2f),
                      new ArrayList<>(List.of(-1f, -1f)),
                      List.of(0.5f, 0.5f),
                      false));
      default -> List.of();
    };
  }

  private static Call layer(
      Function<ElementType, List<InputSpec>> inputs, Function<NDList, Object[]> args) {
    return new Call(inputs, args, FLOATS);
  }

  private List<Call> channelsLast(Function<NDList, Object[]> args) {
    return List.of(
        new Call(type -> List.of(input("x", type, "batch", rows + 3, columns + 3, 3)), args, ALL));
  }

  private List<Call> convolutions() {
    List<Call> calls = new ArrayList<>();
    for (int rank = 1; rank <= 3; rank++) {
      long[] ones = new long[rank];
      Arrays.fill(ones, 1);
      long[] twos = Arrays.stream(ones).map(v -> 2).toArray();
      Object[] dims = new Object[rank + 2];
      Arrays.fill(dims, 7);
      dims[0] = "batch";
      dims[1] = 4;
      Object[] kernel = new Object[rank + 2];
      Arrays.fill(kernel, 3);
      kernel[0] = 6;
      kernel[1] = 2;
      calls.add(
          layer(
              type ->
                  List.of(input("x", type, dims), input("w", type, kernel), input("b", type, 6)),
              list ->
                  args(
                      list.get(0),
                      list.get(1),
                      list.get(2),
                      new Shape(twos),
                      new Shape(ones),
                      new Shape(ones),
                      2)));
    }
    return calls;
  }

  private Call batchNorm(int axis, int channels) {
    return layer(
        type ->
            List.of(
                input("x", type, "batch", rows, columns),
                input("mean", type, channels),
                input("variance", type, channels).withRange(0.5, 2),
                input("gamma", type, channels),
                input("beta", type, channels)),
        list ->
            args(
                list.get(0),
                list.get(1),
                list.get(2),
                list.get(3),
                list.get(4),
                axis,
                0.9f,
                1e-3f,
                false));
  }

  private Call recurrent(
      int gates, int layers, RNN.Activation activation, int directions, boolean batchFirst) {
    int width = columns;
    int state = 5;
    boolean biased = batchFirst;
    Function<ElementType, List<InputSpec>> inputs =
        type -> {
          List<InputSpec> specs = new ArrayList<>();
          specs.add(
              batchFirst
                  ? input("x", type, "batch", rows, width)
                  : input("x", type, rows, "batch", width));
          specs.add(input("h", type, layers * directions, "batch", state));
          specs.add(input("c", type, layers * directions, "batch", state));
          for (int i = 0; i < layers * directions; i++) {
            int in = i < directions ? width : directions * state;
            specs.add(input("wi" + i, type, gates * state, in));
            specs.add(input("wh" + i, type, gates * state, state));
            if (biased) {
              specs.add(input("bi" + i, type, gates * state));
              specs.add(input("bh" + i, type, gates * state));
            }
          }
          return specs;
        };
    Function<NDList, Object[]> arguments =
        list -> {
          NDList params = new NDList(list.subList(3, list.size()));
          List<Object> args = new ArrayList<>();
          args.add(list.get(0));
          args.add(gates == 4 ? new NDList(list.get(1), list.get(2)) : list.get(1));
          args.add(params);
          args.add(biased);
          args.add(layers);
          if (activation != null) {
            args.add(activation);
          }
          args.addAll(List.of(0.0, false, directions == 2, batchFirst));
          return args.toArray();
        };
    return new Call(inputs, arguments, FLOAT);
  }

  /** Arguments of the right types, for methods that never look at them. */
  static Object[] anyArguments(Method method, NDArray array) {
    Map<Class<?>, Object> values = new HashMap<>();
    values.put(NDArray.class, array);
    values.put(NDList.class, new NDList(array));
    values.put(Number.class, 1);
    values.put(int.class, 1);
    values.put(long.class, 1L);
    values.put(float.class, 1f);
    values.put(double.class, 1.0);
    values.put(boolean.class, false);
    values.put(long[].class, new long[] {1, 1});
    values.put(int[].class, new int[] {1});
    values.put(Shape.class, new Shape(1));
    return Arrays.stream(method.getParameterTypes()).map(values::get).toArray();
  }
}
