package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.types.DataType;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operations along axes: sums, extremes, softmax, orders. */
final class Reductions {

  private static final Map<String, String> REDUCE =
      Map.of(
          "sum",
          "ReduceSum",
          "mean",
          "ReduceMean",
          "max",
          "ReduceMax",
          "min",
          "ReduceMin",
          "prod",
          "ReduceProd");

  private Reductions() {}

  static void register() {
    REDUCE.forEach((name, operator) -> OperatorTable.add(name, call -> reduce(call, operator)));
    OperatorTable.add("norm", Reductions::norm);
    OperatorTable.add("normalize", Reductions::normalize);
    OperatorTable.add("softmax", call -> along(call, "Softmax"));
    OperatorTable.add("logSoftmax", call -> along(call, "LogSoftmax"));
    OperatorTable.add("cumSum", Reductions::cumulativeSum);
    OperatorTable.add("cumProd", Reductions::cumulativeProduct);
    OperatorTable.add("median", Reductions::median);
    OperatorTable.add("percentile", Reductions::percentile);
    OperatorTable.add("argMax", call -> extreme(call, "ArgMax"));
    OperatorTable.add("argMin", call -> extreme(call, "ArgMin"));
    OperatorTable.addMany("topK", Reductions::topK);
    OperatorTable.add(
        "sort", call -> sorted(call, call.count() == 0 ? -1 : call.integer(0), true).get(0));
    OperatorTable.add("argSort", Reductions::argSort);
    OperatorTable.add("all", call -> quantifier(call, "ReduceMin", false));
    OperatorTable.add("any", call -> quantifier(call, "ReduceMax", false));
    OperatorTable.add("none", call -> quantifier(call, "ReduceMax", true));
  }

  private static Value reduce(Call call, String operator) {
    DataType type =
        Types.wide(call.resultType() == DataType.BOOLEAN ? DataType.UINT8 : call.resultType());
    if (call.count() == 0) {
      return call.narrow(
          call.node(operator, List.of(call.x(type)), Attribute.of("keepdims", 0)), type);
    }
    Value axes = axes(call, (int[]) call.arg(0));
    Attribute keep = Attribute.of("keepdims", call.flag(1) ? 1 : 0);
    return call.narrow(call.node(operator, List.of(call.x(type), axes), keep), type);
  }

  private static Value axes(Call call, int[] axes) {
    return call.graph()
        .longs(Arrays.stream(axes).mapToLong(a -> Call.axis(a, call.rank())).toArray());
  }

  private static Value norm(Call call) {
    boolean whole = call.count() == 1;
    int order = whole ? 2 : call.integer(0);
    if (order != 1 && order != 2) {
      throw call.refuse("norm of order %d has no ONNX form; use 1 or 2".formatted(order));
    }
    String operator = order == 1 ? "ReduceL1" : "ReduceL2";
    Value x = call.x(call.resultType());
    Attribute keep = Attribute.of("keepdims", call.flag(call.count() - 1) ? 1 : 0);
    return whole
        ? call.node(operator, List.of(x), keep)
        : call.node(operator, List.of(x, axes(call, (int[]) call.arg(1))), keep);
  }

  private static Value normalize(Call call) {
    double order = ((Number) call.arg(0)).doubleValue();
    if (order != 1 && order != 2) {
      throw call.refuse("normalize of order %s has no ONNX form; use 1 or 2".formatted(order));
    }
    GraphBuilder graph = call.graph();
    String operator = order == 1 ? "ReduceL1" : "ReduceL2";
    Value axes = graph.longs(call.axis(1));
    Value norm = call.node(operator, List.of(call.x(), axes), Attribute.of("keepdims", 1));
    return graph.op("Div", call.x(), graph.op("Max", norm, call.value(2, call.type())));
  }

  private static Value along(Call call, String operator) {
    return call.node(
        operator, List.of(call.x(call.resultType())), Attribute.of("axis", call.axis(0)));
  }

  private static Value cumulativeSum(Call call) {
    long axis = call.count() == 0 ? 0 : call.axis(0);
    DataType type = Types.wide(call.resultType());
    Value position =
        call.graph().constant(io.github.ideal4j.onnx.graph.Tensors.longs(new long[] {axis}));
    return call.narrow(call.graph().op("CumSum", call.x(type), position), type);
  }

  /** ONNX has no such operator: a Scan multiplies step by step. */
  private static Value cumulativeProduct(Call call) {
    GraphBuilder graph = call.graph();
    DataType type = Types.wide(call.resultType());
    ElementType element = Types.element(type);
    int axis = call.axis(0);
    List<Long> dims = new ArrayList<>(Arrays.stream(call.shape().getShape()).boxed().toList());
    dims.remove(axis);
    Value ones =
        graph.op(
            "Expand",
            graph.scalar(element, 1),
            graph.longs(dims.stream().mapToLong(d -> d).toArray()));
    GraphBuilder body = graph.body("product");
    Object[] free = new Object[dims.size()];
    Arrays.setAll(free, i -> "axis_" + i);
    Value state = body.bodyInput("state", element, free);
    Value factor = body.bodyInput("factor", element, free);
    Value product = body.op("Mul", state, factor);
    body.output(product, element, free);
    body.output(body.op("Identity", product), element, free);
    List<Value> results =
        graph.nodes(
            "",
            "Scan",
            List.of(ones, call.x(type)),
            2,
            Attribute.of("body", body),
            Attribute.of("num_scan_inputs", 1),
            Attribute.of("scan_input_axes", new long[] {axis}),
            Attribute.of("scan_output_axes", new long[] {axis}));
    return call.narrow(results.get(1), type);
  }

  /** The lower one of the two in the middle, as the engine takes it. */
  private static Value median(Call call) {
    int axis = Call.axis(call.count() == 0 ? -1 : ((int[]) call.arg(0))[0], call.rank());
    Value sorted = sorted(call, axis, true).get(0);
    long middle = (call.shape().get(axis) - 1) / 2;
    return call.graph().gather(sorted, call.graph().scalar(ElementType.INT64, middle), axis);
  }

  private static Value percentile(Call call) {
    GraphBuilder graph = call.graph();
    int axis = Call.axis(call.count() == 1 ? -1 : ((int[]) call.arg(1))[0], call.rank());
    Value sorted = sorted(call, axis, true).get(0);
    float place = call.real(0) / 100 * (call.shape().get(axis) - 1);
    long below = (long) Math.floor(place);
    Value low = graph.gather(sorted, graph.scalar(ElementType.INT64, below), axis);
    Value high =
        graph.gather(sorted, graph.scalar(ElementType.INT64, (long) Math.ceil(place)), axis);
    Value share = graph.scalar(Types.element(call.type()), place - below);
    return graph.op("Add", low, graph.op("Mul", graph.op("Sub", high, low), share));
  }

  private static Value extreme(Call call, String operator) {
    DataType type = call.type() == DataType.INT64 ? DataType.FLOAT64 : Types.wide(call.type());
    Value x = call.x(type);
    Value flat = call.count() == 0 ? call.graph().reshape(x, -1) : x;
    long axis = call.count() == 0 ? 0 : call.axis(0);
    return call.node(
        operator, List.of(flat), Attribute.of("axis", axis), Attribute.of("keepdims", 0));
  }

  private static List<Value> topK(Call call) {
    return order(call, call.graph().longs(call.integer(0)), call.axis(1), call.flag(2));
  }

  private static Value argSort(Call call) {
    return sorted(call, call.integer(0), call.flag(1)).get(1);
  }

  private static List<Value> sorted(Call call, int axis, boolean ascending) {
    int front = Call.axis(axis, call.rank());
    return order(call, call.graph().longs(call.shape().get(front)), front, !ascending);
  }

  private static List<Value> order(Call call, Value count, long axis, boolean largest) {
    DataType type = Types.wide(call.type());
    List<Value> values =
        call.graph()
            .nodes(
                "",
                "TopK",
                List.of(call.x(type), count),
                2,
                Attribute.of("axis", axis),
                Attribute.of("largest", largest ? 1 : 0),
                Attribute.of("sorted", 1));
    boolean same = type == call.type();
    return List.of(
        same ? values.get(0) : call.graph().cast(values.get(0), Types.element(call.type())),
        values.get(1));
  }

  private static Value quantifier(Call call, String operator, boolean negate) {
    Value x = call.graph().cast(call.x(DataType.BOOLEAN), Types.element(DataType.INT32));
    Value reduced = call.node(operator, List.of(x), Attribute.of("keepdims", 0));
    Value truth = call.graph().cast(reduced, Types.element(DataType.BOOLEAN));
    return call.narrow(negate ? call.graph().op("Not", truth) : truth, DataType.BOOLEAN);
  }
}
