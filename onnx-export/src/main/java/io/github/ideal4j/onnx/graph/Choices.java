package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds what a choice such as ArgMax hangs on, where a small error turns into another result. */
final class Choices {

  private static final Set<String> PRODUCTS = Set.of("MatMul", "Gemm", "Conv");
  private static final Set<String> CHOICES = Set.of("ArgMax", "ArgMin", "TopK");

  private Choices() {}

  /** The nodes between a choice and the matrix products that it depends on, those included. */
  static Set<NodeProto> before(List<NodeProto> nodes) {
    Set<NodeProto> found = new HashSet<>();
    Set<String> wanted = new HashSet<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      boolean choice = CHOICES.contains(node.getOpType());
      if (choice || node.getOutputList().stream().anyMatch(wanted::contains)) {
        found.add(node);
        if (!PRODUCTS.contains(node.getOpType())) {
          wanted.addAll(node.getInputList());
        }
      }
    }
    return found;
  }
}
