package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.List;
import java.util.Map;

/**
 * Operations that treat each element by itself. Operands are converted to the result's type first.
 */
final class Elementwise {

  private static final Map<String, String> BINARY =
      Map.of(
          "add", "Add", "sub", "Sub", "mul", "Mul", "div", "Div", "pow", "Pow", "maximum", "Max",
          "minimum", "Min");
  private static final Map<String, String> COMPARISONS =
      Map.of(
          "eq",
          "Equal",
          "neq",
          "Equal",
          "gt",
          "Greater",
          "gte",
          "GreaterOrEqual",
          "lt",
          "Less",
          "lte",
          "LessOrEqual");
  private static final Map<String, String> LOGICAL =
      Map.of("logicalAnd", "And", "logicalOr", "Or", "logicalXor", "Xor");
  private static final List<String> SAME_NAME =
      List.of(
          "abs", "sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
          "tanh", "asinh", "acosh", "atanh", "erf", "neg", "sign");

  private Elementwise() {}

  static void register() {
    BINARY.forEach((name, operator) -> OperatorTable.add(name, call -> binary(call, operator)));
    COMPARISONS.forEach(
        (name, operator) -> OperatorTable.add(name, call -> compare(call, operator)));
    LOGICAL.forEach(
        (name, operator) ->
            OperatorTable.add(
                name,
                call ->
                    truth(
                        call,
                        call.graph()
                            .op(
                                operator,
                                call.x(DataType.BOOLEAN),
                                call.value(0, DataType.BOOLEAN)))));
    OperatorTable.add(
        "logicalNot", call -> truth(call, call.graph().op("Not", call.x(DataType.BOOLEAN))));
    OperatorTable.add("isNaN", call -> truth(call, call.graph().op("IsNaN", call.x())));
    OperatorTable.add("isInfinite", call -> truth(call, call.graph().op("IsInf", call.x())));
    for (String name : SAME_NAME) {
      String operator = Character.toUpperCase(name.charAt(0)) + name.substring(1);
      OperatorTable.add(name, call -> unary(call, operator));
    }
    OperatorTable.add("square", call -> call.graph().op("Mul", wide(call), wide(call)));
    OperatorTable.add("floor", call -> rounding(call, "Floor"));
    OperatorTable.add("ceil", call -> rounding(call, "Ceil"));
    OperatorTable.add("round", call -> rounding(call, "Round"));
    OperatorTable.add("trunc", Elementwise::truncate);
    OperatorTable.add("log2", call -> scaled(call, unary(call, "Log"), 1 / Math.log(2)));
    OperatorTable.add("log10", call -> scaled(call, unary(call, "Log"), 1 / Math.log(10)));
    OperatorTable.add("toDegrees", call -> scaled(call, call.x(call.resultType()), 180 / Math.PI));
    OperatorTable.add("toRadians", call -> scaled(call, call.x(call.resultType()), Math.PI / 180));
    OperatorTable.add("cbrt", call -> powered(call, call.x(call.resultType()), 1.0 / 3));
    OperatorTable.add("atan2", Elementwise::angle);
    OperatorTable.add("xlogy", Elementwise::productWithLogarithm);
    OperatorTable.add("toDense", Call::x);
    OperatorTable.add("mod", Elementwise::modulo);
    OperatorTable.add("clip", Elementwise::clip);
    OperatorTable.add("toType", call -> call.x(call.resultType()));
    for (String name : List.of("toDevice", "stopGradient", "duplicate")) {
      OperatorTable.add(name, Call::x);
    }
    OperatorTable.extend("where", Elementwise::where);
  }

  private static Value binary(Call call, String operator) {
    DataType type = Types.wide(call.resultType());
    return call.narrow(call.graph().op(operator, call.x(type), call.value(0, type)), type);
  }

  private static Value compare(Call call, String operator) {
    DataType type = Types.wide(commonType(call));
    if (type == DataType.BOOLEAN && !operator.equals("Equal")) {
      type = DataType.INT32;
    }
    Value result = call.graph().op(operator, call.x(type), call.value(0, type));
    return truth(call, call.name().equals("neq") ? call.graph().op("Not", result) : result);
  }

  /** The type to which the engine promotes both operands. */
  private static DataType commonType(Call call) {
    NDArray plain = call.self().plain();
    try (NDArray sum =
        call.arg(0) instanceof Number number
            ? plain.add(number)
            : plain.add(call.trace().plain(call.array(0)))) {
      return sum.getDataType();
    }
  }

  private static Value truth(Call call, Value value) {
    return call.narrow(value, DataType.BOOLEAN);
  }

  private static Value unary(Call call, String operator) {
    DataType type = Types.wide(call.resultType());
    return call.narrow(call.graph().op(operator, call.x(type)), type);
  }

  private static Value wide(Call call) {
    return call.x(call.resultType());
  }

  private static Value rounding(Call call, String operator) {
    Value x = call.x(call.resultType());
    return call.resultType().isFloating() ? call.graph().op(operator, x) : x;
  }

  private static Value truncate(Call call) {
    GraphBuilder graph = call.graph();
    Value x = call.x(call.resultType());
    return call.resultType().isFloating()
        ? graph.op("Mul", graph.op("Sign", x), graph.op("Floor", graph.op("Abs", x)))
        : x;
  }

  private static Value scaled(Call call, Value value, double factor) {
    return call.graph()
        .op("Mul", value, call.graph().scalar(Types.element(call.resultType()), factor));
  }

  /** The sign of the divisor, as in PyTorch's remainder. */
  private static Value modulo(Call call) {
    GraphBuilder graph = call.graph();
    DataType type = Types.wide(call.resultType());
    Value x = call.x(type);
    Value divisor = call.value(0, type);
    Value result =
        type.isFloating()
            ? graph.op(
                "Sub", x, graph.op("Mul", graph.op("Floor", graph.op("Div", x, divisor)), divisor))
            : call.node("Mod", List.of(x, divisor), Attribute.of("fmod", 0));
    return call.narrow(result, type);
  }

  private static Value powered(Call call, Value value, double exponent) {
    return call.graph()
        .op("Pow", value, call.graph().scalar(Types.element(call.resultType()), exponent));
  }

  /**
   * The angle of the point (other, this): a quarter turn where other is 0, half a turn left of it.
   */
  private static Value angle(Call call) {
    GraphBuilder graph = call.graph();
    ElementType type = Types.element(call.resultType());
    Value y = call.x(call.resultType());
    Value x = call.value(0, call.resultType());
    Value zero = graph.scalar(type, 0);
    Value below = graph.op("Less", y, zero);
    Value half =
        graph.op("Where", below, graph.scalar(type, -Math.PI), graph.scalar(type, Math.PI));
    Value upright = graph.op("Mul", graph.op("Sign", y), graph.scalar(type, Math.PI / 2));
    Value near = graph.op("Atan", graph.op("Div", y, x));
    Value turned = graph.op("Where", graph.op("Less", x, zero), graph.op("Add", near, half), near);
    return graph.op("Where", graph.op("Equal", x, zero), upright, turned);
  }

  /** {@code x * log(y)}, but 0 where x is 0. */
  private static Value productWithLogarithm(Call call) {
    GraphBuilder graph = call.graph();
    Value zero = graph.scalar(Types.element(call.resultType()), 0);
    Value x = call.x(call.resultType());
    Value product = graph.op("Mul", x, graph.op("Log", call.value(0, call.resultType())));
    return graph.op("Where", graph.op("Equal", x, zero), zero, product);
  }

  private static Value clip(Call call) {
    DataType type = Types.wide(call.resultType());
    return call.narrow(
        call.graph().op("Clip", call.x(type), call.value(0, type), call.value(1, type)), type);
  }

  private static Value where(Call call) {
    DataType type = call.resultType();
    return call.graph()
        .op("Where", call.value(0, DataType.BOOLEAN), call.x(type), call.value(1, type));
  }
}
