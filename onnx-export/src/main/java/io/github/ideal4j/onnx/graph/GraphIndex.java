package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** Who makes and who uses each value of a graph, for what looks for patterns. */
final class GraphIndex {

  private final Map<String, NodeProto> makers = new HashMap<>();
  private final Map<String, NodeProto> onlyUsers = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();

  GraphIndex(GraphProto graph) {
    graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
    Set<String> used = new HashSet<>();
    graph.getOutputList().forEach(output -> used.add(output.getName()));
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> makers.put(output, node));
      for (String input : node.getInputList()) {
        if (used.add(input)) {
          onlyUsers.put(input, node);
        } else {
          onlyUsers.remove(input);
        }
      }
    }
  }

  /** The node that makes a value, if it is of this kind; else null. */
  NodeProto maker(String value, String operator) {
    NodeProto node = makers.get(value);
    return node != null && node.getOpType().equals(operator) ? node : null;
  }

  /** The node that uses a value, if it is the only one and of this kind; else null. */
  NodeProto onlyUser(String value, String operator) {
    NodeProto node = onlyUsers.get(value);
    return node != null && node.getOpType().equals(operator) ? node : null;
  }

  boolean isConstant(String name) {
    return constants.containsKey(name);
  }

  /** A float32 constant of one element. */
  OptionalDouble number(String name) {
    TensorProto tensor = constants.get(name);
    if (tensor == null
        || tensor.getDataType() != ElementType.FLOAT.code()
        || tensor.getRawData().size() != ElementType.FLOAT.bytes()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(bytes(tensor).getFloat(0));
  }

  boolean isNumber(String name, double expected) {
    OptionalDouble number = number(name);
    return number.isPresent()
        && Math.abs(number.getAsDouble() - expected) <= 1e-6 * Math.abs(expected);
  }

  /** The elements of an int64 constant; empty if it is none. */
  List<Long> longs(String name) {
    TensorProto tensor = constants.get(name);
    if (tensor == null || tensor.getDataType() != ElementType.INT64.code()) {
      return List.of();
    }
    long[] array = new long[tensor.getRawData().size() / Long.BYTES];
    bytes(tensor).asLongBuffer().get(array);
    return Arrays.stream(array).boxed().toList();
  }

  List<Long> dims(String name) {
    return constants.get(name).getDimsList();
  }

  private static ByteBuffer bytes(TensorProto tensor) {
    return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The other operand of a node with two; null if the value is not one of them. */
  static String other(NodeProto node, String value) {
    if (node.getInput(0).equals(value)) {
      return node.getInput(1);
    }
    return node.getInput(1).equals(value) ? node.getInput(0) : null;
  }

  /** A graph without the nodes and constants that nothing uses. */
  static GraphProto withoutUnused(GraphProto graph) {
    Set<String> needed = new HashSet<>();
    graph.getOutputList().forEach(output -> needed.add(output.getName()));
    List<NodeProto> nodes = graph.getNodeList();
    boolean[] kept = new boolean[nodes.size()];
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      kept[i] = node.getOutputList().stream().anyMatch(needed::contains);
      if (kept[i]) {
        needed.addAll(node.getInputList());
        BodyNames.addTo(node, needed);
      }
    }
    GraphProto.Builder changed = graph.toBuilder().clearNode().clearInitializer();
    for (int i = 0; i < kept.length; i++) {
      if (kept[i]) {
        changed.addNode(nodes.get(i));
      }
    }
    graph.getInitializerList().stream()
        .filter(tensor -> needed.contains(tensor.getName()))
        .forEach(changed::addInitializer);
    return changed.build();
  }
}
