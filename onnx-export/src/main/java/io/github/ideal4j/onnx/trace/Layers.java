package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.types.DataType;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The operations of NDArrayEx that DJL's own blocks are made of. */
final class Layers {

  private static final Map<String, String> ACTIVATIONS =
      Map.of(
          "relu",
          "Relu",
          "sigmoid",
          "Sigmoid",
          "tanh",
          "Tanh",
          "softPlus",
          "Softplus",
          "softSign",
          "Softsign",
          "selu",
          "Selu",
          "gelu",
          "Gelu");

  private Layers() {}

  static void register() {
    ACTIVATIONS.forEach(
        (name, operator) ->
            OperatorTable.extend(name, call -> call.graph().op(operator, call.x())));
    OperatorTable.extend(
        "leakyRelu",
        call -> call.node("LeakyRelu", List.of(call.x()), Attribute.of("alpha", call.real(0))));
    OperatorTable.extend(
        "elu", call -> call.node("Elu", List.of(call.x()), Attribute.of("alpha", call.real(0))));
    OperatorTable.extend("linear", Layers::linear);
    OperatorTable.extend("convolution", Layers::convolution);
    OperatorTable.extend(
        "embedding",
        call ->
            call.graph()
                .gather(call.value(1, call.resultType()), call.value(0, DataType.INT64), 0));
    OperatorTable.extend("layerNorm", Layers::layerNorm);
    OperatorTable.extend("batchNorm", Layers::batchNorm);
    OperatorTable.extend("dropout", Layers::dropout);
    OperatorTable.extend("maxPool", call -> pool(call, "MaxPool", call.flag(3)));
    OperatorTable.extend("avgPool", Layers::averagePool);
    OperatorTable.extend("globalAvgPool", call -> globalPool(call, "ReduceMean"));
    OperatorTable.extend("globalMaxPool", call -> globalPool(call, "ReduceMax"));
    OperatorTable.extend("lpPool", Layers::lpPool);
    OperatorTable.extend("globalLpPool", Layers::globalLpPool);
    OperatorTable.extend(
        "interpolation", call -> Resizing.interpolation(call, call.x(), call.integer(1)));
    OperatorTable.extend("resize", Resizing::resize);
    // The boxes depend on the shape alone: a constant.
    OperatorTable.extend(
        "multiBoxPrior", call -> call.graph().constant(Types.tensor(call.result())));
  }

  private static Value linear(Call call) {
    GraphBuilder graph = call.graph();
    Value x = call.optional(0);
    Value weight = call.optional(1);
    Value bias = call.optional(2);
    if (call.array(0).getShape().dimension() == 2) {
      List<Value> inputs = bias.equals(Value.NONE) ? List.of(x, weight) : List.of(x, weight, bias);
      return call.node("Gemm", inputs, Attribute.of("transB", 1));
    }
    Value product = graph.op("MatMul", x, graph.transpose(weight, 1, 0));
    return bias.equals(Value.NONE) ? product : graph.op("Add", product, bias);
  }

  private static Value convolution(Call call) {
    long[] padding = call.dims(4);
    List<Value> inputs = new ArrayList<>(List.of(call.optional(0), call.optional(1)));
    if (call.arg(2) != null) {
      inputs.add(call.optional(2));
    }
    return call.node(
        "Conv",
        inputs,
        Attribute.of("strides", call.dims(3)),
        Attribute.of("pads", twice(padding)),
        Attribute.of("dilations", call.dims(5)),
        Attribute.of("group", call.integer(6)));
  }

  private static long[] twice(long[] padding) {
    return LongStream.concat(Arrays.stream(padding), Arrays.stream(padding)).toArray();
  }

  private static Value layerNorm(Call call) {
    long[] dims = call.dims(1);
    List<Value> inputs = new ArrayList<>(List.of(call.optional(0)));
    inputs.add(call.arg(2) == null ? filled(call, 1, dims) : call.optional(2));
    if (call.arg(3) != null) {
      inputs.add(call.optional(3));
    }
    return call.node(
        "LayerNormalization",
        inputs,
        Attribute.of("axis", -dims.length),
        Attribute.of("epsilon", call.real(4)));
  }

  private static Value filled(Call call, float number, long... dims) {
    float[] values = new float[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    Arrays.fill(values, number);
    return call.graph().constant(Tensors.floats(values, dims));
  }

  private static Value batchNorm(Call call) {
    if (call.flag(8)) {
      throw call.refuse(
          "batch normalization with training=true; call the block with training=false");
    }
    int rank = call.array(0).getShape().dimension();
    // The engine takes -1 for the usual axis.
    int axis = call.integer(5) == -1 ? 1 : Call.axis(call.integer(5), rank);
    long channels = call.array(1).getShape().get(0);
    long[] swap = LongStream.range(0, rank).toArray();
    swap[1] = axis;
    swap[axis] = 1;
    Value x = call.optional(0);
    Value scale = call.arg(3) == null ? filled(call, 1, channels) : call.optional(3);
    Value shift = call.arg(4) == null ? filled(call, 0, channels) : call.optional(4);
    Value moved = axis == 1 ? x : call.graph().transpose(x, swap);
    List<Value> inputs = List.of(moved, scale, shift, call.optional(1), call.optional(2));
    Value result = call.node("BatchNormalization", inputs, Attribute.of("epsilon", call.real(7)));
    return axis == 1 ? result : call.graph().transpose(result, swap);
  }

  private static Value dropout(Call call) {
    if (call.flag(2)) {
      throw call.refuse("dropout with training=true; call the block with training=false");
    }
    return call.optional(0);
  }

  private static Value pool(Call call, String operator, boolean ceil, Attribute... more) {
    List<Attribute> attributes = new ArrayList<>(List.of(more));
    attributes.add(Attribute.of("kernel_shape", call.dims(0)));
    attributes.add(Attribute.of("strides", call.arg(1) == null ? call.dims(0) : call.dims(1)));
    attributes.add(Attribute.of("pads", twice(call.dims(2))));
    attributes.add(Attribute.of("ceil_mode", ceil ? 1 : 0));
    return call.node(operator, List.of(call.x()), attributes.toArray(Attribute[]::new));
  }

  /** The engine counts padding in the mean whatever it is told, so we do too. */
  private static Value averagePool(Call call) {
    if (call.flag(3)) {
      throw call.refuse("average pooling with ceil mode has no equal ONNX form");
    }
    return pool(call, "AveragePool", false, Attribute.of("count_include_pad", 1));
  }

  private static Value globalPool(Call call, String operator) {
    long[] axes = LongStream.range(2, call.rank()).toArray();
    Value pooled =
        call.node(
            operator, List.of(call.x(), call.graph().longs(axes)), Attribute.of("keepdims", 0));
    return call.result().getShape().dimension() == 2
        ? pooled
        : call.graph().reshape(pooled, call.resultDims());
  }

  /** The engine's form of a power mean: sums of powers, negative ones count as 0. */
  private static Value lpPool(Call call) {
    if (call.flag(4)) {
      throw call.refuse("power pooling with ceil mode has no equal ONNX form");
    }
    long[] kernel = call.dims(1);
    Value powers = power(call, call.x(), call.real(0));
    Value mean =
        call.node(
            "AveragePool",
            List.of(powers),
            Attribute.of("kernel_shape", kernel),
            Attribute.of("strides", call.arg(2) == null ? kernel : call.dims(2)));
    float count = Arrays.stream(kernel).reduce(1, (a, b) -> a * b);
    Value sum = call.graph().op("Mul", mean, call.graph().scalar(count));
    return power(call, call.graph().op("Relu", sum), 1 / call.real(0));
  }

  private static Value globalLpPool(Call call) {
    long[] axes = LongStream.range(2, call.rank()).toArray();
    Value powers = power(call, call.x(), call.real(0));
    Value sum =
        call.node(
            "ReduceSum", List.of(powers, call.graph().longs(axes)), Attribute.of("keepdims", 0));
    return power(call, call.graph().op("Relu", sum), 1 / call.real(0));
  }

  private static Value power(Call call, Value value, float exponent) {
    return call.graph().op("Pow", value, call.graph().scalar(exponent));
  }
}
