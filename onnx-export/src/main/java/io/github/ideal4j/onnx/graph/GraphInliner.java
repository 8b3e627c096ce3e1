package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Copies a graph into a builder under new names, bodies included. */
final class GraphInliner {

  private final GraphBuilder target;
  private final String prefix;

  GraphInliner(GraphBuilder target, String prefix) {
    this.target = target;
    this.prefix = prefix;
  }

  List<Value> inline(GraphProto graph, Map<String, Value> arguments) {
    Map<String, String> names = bindInputs(graph, arguments);
    for (TensorProto tensor : graph.getInitializerList()) {
      if (!names.containsKey(tensor.getName())) {
        Value value = target.initializer(prefix + tensor.getName(), tensor);
        names.put(tensor.getName(), value.name());
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Identity")) {
        // It only gave an output its name; in the body of a loop it would copy its value.
        names.put(node.getOutput(0), names.getOrDefault(node.getInput(0), node.getInput(0)));
      } else {
        target.add(rename(node, names));
      }
    }
    return graph.getOutputList().stream()
        .map(output -> new Value(names.get(output.getName())))
        .toList();
  }

  private static Map<String, String> bindInputs(GraphProto graph, Map<String, Value> arguments) {
    Map<String, String> names = new HashMap<>();
    Set<String> constants = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> constants.add(tensor.getName()));
    Set<String> unused = new HashSet<>(arguments.keySet());
    for (ValueInfoProto input : graph.getInputList()) {
      Value value = arguments.get(input.getName());
      unused.remove(input.getName());
      if (value != null) {
        names.put(input.getName(), value.name());
      } else if (!constants.contains(input.getName())) {
        throw new IllegalArgumentException(
            "input '%s' of graph '%s' has no value; given are %s"
                .formatted(input.getName(), graph.getName(), arguments.keySet()));
      }
    }
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(
          "graph '%s' has no input %s".formatted(graph.getName(), unused));
    }
    return names;
  }

  private NodeProto rename(NodeProto node, Map<String, String> names) {
    NodeProto.Builder renamed = node.toBuilder().clearInput().clearOutput().clearAttribute();
    renamed.setName(prefix + node.getName());
    node.getInputList().forEach(input -> renamed.addInput(names.getOrDefault(input, input)));
    for (AttributeProto attribute : node.getAttributeList()) {
      if (isOldAxes(node, attribute)) {
        long[] axes = attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
        renamed.addInput(target.longs(axes).name());
      } else {
        renamed.addAttribute(rename(attribute, names));
      }
    }
    for (String output : node.getOutputList()) {
      renamed.addOutput(define(output, names));
    }
    return renamed.build();
  }

  /** Opset 18 made the axes of reductions an input. */
  private static boolean isOldAxes(NodeProto node, AttributeProto attribute) {
    return node.getOpType().startsWith("Reduce")
        && node.getInputCount() == 1
        && attribute.getName().equals("axes");
  }

  private String define(String name, Map<String, String> names) {
    if (!name.isEmpty()) {
      names.put(name, prefix + name);
    }
    return names.getOrDefault(name, name);
  }

  private AttributeProto rename(AttributeProto attribute, Map<String, String> names) {
    AttributeProto.Builder renamed = attribute.toBuilder();
    if (attribute.hasG()) {
      renamed.setG(body(attribute.getG(), names));
    }
    for (int i = 0; i < attribute.getGraphsCount(); i++) {
      renamed.setGraphs(i, body(attribute.getGraphs(i), names));
    }
    return renamed.build();
  }

  private GraphProto body(GraphProto graph, Map<String, String> outer) {
    Map<String, String> names = new HashMap<>(outer);
    GraphProto.Builder renamed = graph.toBuilder();
    for (ValueInfoProto.Builder input : renamed.getInputBuilderList()) {
      input.setName(define(input.getName(), names));
    }
    for (TensorProto.Builder tensor : renamed.getInitializerBuilderList()) {
      tensor.setName(define(tensor.getName(), names));
    }
    renamed.clearNode();
    graph.getNodeList().forEach(node -> renamed.addNode(rename(node, names)));
    for (ValueInfoProto.Builder output : renamed.getOutputBuilderList()) {
      output.setName(names.getOrDefault(output.getName(), output.getName()));
    }
    return renamed.build();
  }
}
