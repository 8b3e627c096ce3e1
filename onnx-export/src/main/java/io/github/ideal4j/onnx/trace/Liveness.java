package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which recorded nodes are needed, and which values are the same in every run so that they can be
 * written down instead of computed.
 *
 * @param nodes the needed ones in order
 * @param folded values to write down
 */
record Liveness(List<NodeProto> nodes, Set<String> folded) {

  /** Larger values stay computations, such as the zeros of a cache. */
  private static final int MAX_FOLDED = 4096;

  static Liveness of(Traces traces, Set<String> outputs, Predicate<String> isStatic) {
    Set<String> folded = fold(traces, isStatic);
    Set<String> needed = new HashSet<>(outputs);
    List<NodeProto> live = new ArrayList<>();
    List<NodeProto> nodes = traces.first().graph().nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      boolean wanted =
          node.getOutputList().stream()
              .anyMatch(name -> needed.contains(name) && !folded.contains(name));
      if (wanted) {
        live.add(node);
        needed.addAll(node.getInputList());
        needed.addAll(outerNames(node));
      }
    }
    Collections.reverse(live);
    return new Liveness(live, folded);
  }

  boolean isFolded(String name) {
    return folded.contains(name);
  }

  private static Set<String> fold(Traces traces, Predicate<String> isStatic) {
    Set<String> constants = new HashSet<>();
    Trace first = traces.first();
    for (String name : first.graph().initializers().keySet()) {
      if (!first.parameterNames().contains(name) && isStatic.test(name)) {
        constants.add(name);
      }
    }
    Set<String> folded = new HashSet<>();
    for (NodeProto node : first.graph().nodes()) {
      boolean all =
          node.getInputList().stream().allMatch(n -> constants.contains(n) || folded.contains(n));
      if (all
          && outerNames(node).isEmpty()
          && node.getOutputCount() == 1
          && isSmall(first.plainByName(), node.getOutput(0))) {
        folded.add(node.getOutput(0));
      }
    }
    return folded;
  }

  private static boolean isSmall(Map<String, NDArray> plain, String name) {
    return plain.containsKey(name) && plain.get(name).size() <= MAX_FOLDED;
  }

  /** The names that bodies of a node may take from outside. */
  static Set<String> outerNames(NodeProto node) {
    Set<String> names = new HashSet<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        collect(attribute.getG(), names);
      }
    }
    return names;
  }

  private static void collect(GraphProto body, Set<String> names) {
    for (NodeProto node : body.getNodeList()) {
      names.addAll(node.getInputList());
      names.addAll(outerNames(node));
    }
    body.getOutputList().forEach(output -> names.add(output.getName()));
  }
}
