package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.types.DataType;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import java.util.List;

/** Operations that pick elements by index, and products of matrices. */
final class Lookups {

  private Lookups() {}

  static void register() {
    OperatorTable.add("get", IndexOperations::get);
    OperatorTable.add(
        "gather",
        call ->
            call.node(
                "GatherElements",
                List.of(call.x(), call.value(0, DataType.INT64)),
                Attribute.of("axis", call.axis(1))));
    OperatorTable.add(
        "scatter",
        call ->
            call.node(
                "ScatterElements",
                List.of(call.x(), call.value(0, DataType.INT64), call.value(1, call.type())),
                Attribute.of("axis", call.axis(2))));
    OperatorTable.add(
        "take",
        call ->
            call.graph()
                .gather(call.graph().reshape(call.x(), -1), call.value(1, DataType.INT64), 0));
    OperatorTable.add("oneHot", Lookups::oneHot);
    for (String name : List.of("matMul", "dot", "batchMatMul")) {
      OperatorTable.add(
          name,
          call ->
              call.graph()
                  .op("MatMul", call.x(call.resultType()), call.value(0, call.resultType())));
    }
  }

  private static Value oneHot(Call call) {
    if (call.count() > 2) {
      throw call.refuse("the engine knows oneHot(depth) and oneHot(depth, type) only");
    }
    GraphBuilder graph = call.graph();
    Value values = graph.constant(Tensors.floats(new float[] {0, 1}, 2));
    Value depth = graph.scalar(ElementType.INT64, call.integer(0));
    Value result = graph.op("OneHot", call.x(DataType.INT64), depth, values);
    return call.narrow(result, DataType.FLOAT32);
  }
}
