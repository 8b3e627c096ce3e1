package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The part of a model that some of its outputs need: the rest would be computed for nothing. */
public final class Subgraph {

  private Subgraph() {}

  /**
   * Reads a file that holds its weights itself, and keeps what one output needs.
   *
   * @throws IOException if the file cannot be read, is no model, keeps weights in another file, or
   *     has no such output
   */
  public static ModelProto read(Path file, String output) throws IOException {
    ModelProto model;
    try {
      model = ModelProto.parseFrom(Files.readAllBytes(file));
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("%s is no ONNX model: %s".formatted(file, e.getMessage()), e);
    }
    for (TensorProto weights : model.getGraph().getInitializerList()) {
      if (weights.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
        throw new IOException(
            "%s keeps '%s' in another file; only one whole file can be taken in"
                .formatted(file, weights.getName()));
      }
    }
    if (model.getGraph().getOutputList().stream().noneMatch(o -> o.getName().equals(output))) {
      throw new IOException(
          "%s has no output '%s' but %s"
              .formatted(
                  file,
                  output,
                  model.getGraph().getOutputList().stream().map(ValueInfoProto::getName).toList()));
    }
    return of(model, output);
  }

  /** The model with one output only. */
  static ModelProto of(ModelProto model, String output) {
    GraphProto graph = model.getGraph();
    Set<String> needed = new HashSet<>(Set.of(output));
    Deque<NodeProto> kept = new ArrayDeque<>();
    List<NodeProto> backwards = new ArrayList<>(graph.getNodeList());
    Collections.reverse(backwards); // nodes are sorted, so users come before makers
    for (NodeProto node : backwards) {
      if (node.getOutputList().stream().anyMatch(needed::contains)) {
        kept.addFirst(node);
        uses(node, needed);
      }
    }
    GraphProto.Builder part = graph.toBuilder().clearNode().clearInitializer().clearOutput();
    part.addAllNode(kept);
    graph.getInitializerList().stream()
        .filter(tensor -> needed.contains(tensor.getName()))
        .forEach(part::addInitializer);
    graph.getOutputList().stream()
        .filter(value -> value.getName().equals(output))
        .forEach(part::addOutput);
    return model.toBuilder().setGraph(part).build();
  }

  /** Names that a node and its bodies read; those that a body makes itself do no harm. */
  private static void uses(NodeProto node, Set<String> needed) {
    needed.addAll(node.getInputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      List<GraphProto> bodies = new ArrayList<>(attribute.getGraphsList());
      if (attribute.hasG()) {
        bodies.add(attribute.getG());
      }
      for (GraphProto body : bodies) {
        body.getNodeList().forEach(inner -> uses(inner, needed));
        body.getOutputList().forEach(value -> needed.add(value.getName()));
      }
    }
  }
}
