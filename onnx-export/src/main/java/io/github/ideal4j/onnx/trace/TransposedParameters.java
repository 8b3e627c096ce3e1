package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters that are used once, transposed: they are written down transposed, with {@code .T}
 * behind their name, so that no run has to do it.
 *
 * @param uses how often the live nodes use each value
 * @param parameters names of the parameters
 */
record TransposedParameters(Map<String, Integer> uses, java.util.Set<String> parameters) {

  static TransposedParameters of(Trace trace, Liveness liveness) {
    Map<String, Integer> uses = new HashMap<>();
    for (NodeProto node : liveness.nodes()) {
      node.getInputList().forEach(name -> uses.merge(name, 1, Integer::sum));
      Liveness.outerNames(node).forEach(name -> uses.merge(name, 2, Integer::sum));
    }
    return new TransposedParameters(uses, trace.parameterNames());
  }

  boolean replaces(NodeProto node) {
    return node.getOpType().equals("Transpose")
        && parameters.contains(node.getInput(0))
        && uses.get(node.getInput(0)) == 1;
  }

  Value emit(GraphBuilder graph, Trace trace, NodeProto node) {
    NDArray plain = trace.plainByName().get(node.getInput(0));
    List<Long> order = node.getAttribute(0).getIntsList();
    int[] axes = order.stream().mapToInt(Long::intValue).toArray();
    return graph.initializer(
        node.getInput(0) + ".T",
        () -> {
          try (NDArray turned = plain.transpose(axes)) {
            return Types.tensor(turned);
          }
        });
  }
}
