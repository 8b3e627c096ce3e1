package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Set;

/** The names that the bodies of loops and branches may take from the graph around them. */
final class BodyNames {

  private BodyNames() {}

  static void addTo(NodeProto node, Set<String> names) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        addTo(attribute.getG(), names);
      }
      attribute.getGraphsList().forEach(body -> addTo(body, names));
    }
  }

  private static void addTo(GraphProto body, Set<String> names) {
    for (NodeProto node : body.getNodeList()) {
      names.addAll(node.getInputList());
      addTo(node, names);
    }
    body.getOutputList().forEach(output -> names.add(output.getName()));
  }
}
