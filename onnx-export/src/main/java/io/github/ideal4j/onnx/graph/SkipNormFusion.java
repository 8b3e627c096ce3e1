package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Joins a residual sum and the norm of its last axis that follows to ONNX Runtime's {@code
 * com.microsoft.SkipLayerNormalization}. For transformers on {@code [batch, tokens, width]}, whose
 * sums are of equal shapes; the graph runs in ONNX Runtime alone then.
 */
public final class SkipNormFusion implements UnaryOperator<ModelProto> {

  private static final String DOMAIN = "com.microsoft";
  private static final float DEFAULT_EPSILON = 1e-5f;

  @Override
  public ModelProto apply(ModelProto model) {
    GraphProto graph = model.getGraph();
    Map<String, NodeProto> norms = norms(graph);
    if (norms.isEmpty()) {
      return model;
    }
    GraphProto.Builder changed = graph.toBuilder().clearNode();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Add") && norms.containsKey(node.getOutput(0))) {
        changed.addNode(joined(node, norms.get(node.getOutput(0))));
      } else if (!norms.containsValue(node)) {
        changed.addNode(node);
      }
    }
    ModelProto.Builder result = model.toBuilder().setGraph(changed);
    if (model.getOpsetImportList().stream().noneMatch(o -> o.getDomain().equals(DOMAIN))) {
      result.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1));
    }
    return result.build();
  }

  /** The norms that follow a sum of two computed values, by the sum's name. */
  private static Map<String, NodeProto> norms(GraphProto graph) {
    Set<String> constants = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> constants.add(tensor.getName()));
    Set<String> sums = new HashSet<>();
    Map<String, NodeProto> norms = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Add")
          && node.getInputList().stream().noneMatch(constants::contains)) {
        sums.add(node.getOutput(0));
      } else if (node.getOpType().equals("LayerNormalization")
          && node.getInputCount() == 3
          && axis(node) == -1
          && sums.contains(node.getInput(0))) {
        norms.putIfAbsent(node.getInput(0), node);
      }
    }
    return norms;
  }

  private static long axis(NodeProto node) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals("axis"))
        .mapToLong(AttributeProto::getI)
        .findFirst()
        .orElse(-1);
  }

  private static NodeProto joined(NodeProto sum, NodeProto norm) {
    float epsilon = DEFAULT_EPSILON;
    for (AttributeProto attribute : norm.getAttributeList()) {
      epsilon = attribute.getName().equals("epsilon") ? attribute.getF() : epsilon;
    }
    return NodeProto.newBuilder()
        .setDomain(DOMAIN)
        .setOpType("SkipLayerNormalization")
        .setName(norm.getName())
        .setDocString(norm.getDocString())
        .addAllInput(sum.getInputList())
        .addInput(norm.getInput(1))
        .addInput(norm.getInput(2))
        .addOutput(norm.getOutput(0))
        .addOutput("")
        .addOutput("")
        .addOutput(sum.getOutput(0))
        .addAttribute(Attribute.of("epsilon", epsilon).proto())
        .build();
  }
}
