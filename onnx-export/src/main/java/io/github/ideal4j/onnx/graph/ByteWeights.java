package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Keeps the weights of matrix products as int8, with a factor for each column: a quarter of the
 * space. The arithmetic stays float32, so nothing becomes faster; results move by what rounding a
 * weight to one of 255 steps moves them. Products in front of a choice such as ArgMax stay as they
 * are.
 */
public final class ByteWeights implements UnaryOperator<ModelProto> {

  /** Smaller weights are not worth it. */
  private static final int LEAST_BYTES = 16 << 10;

  private static final int STEPS = 127;

  @Override
  public ModelProto apply(ModelProto model) {
    GraphProto graph = model.getGraph();
    Map<String, TensorProto> chosen = chosen(graph);
    GraphProto.Builder changed = graph.toBuilder().clearInitializer().clearNode();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (chosen.containsKey(tensor.getName())) {
        add(changed, tensor);
      } else {
        changed.addInitializer(tensor);
      }
    }
    graph.getNodeList().forEach(changed::addNode);
    return model.toBuilder().setGraph(changed).build();
  }

  /** Weights {@code [in, out]} that products have on their right, and nothing else has. */
  private static Map<String, TensorProto> chosen(GraphProto graph) {
    Map<String, TensorProto> weights = new HashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (tensor.getDataType() == ElementType.FLOAT.code()
          && tensor.getDimsCount() == 2
          && tensor.getRawData().size() >= LEAST_BYTES) {
        weights.put(tensor.getName(), tensor);
      }
    }
    Set<NodeProto> islands = Choices.before(graph.getNodeList());
    Set<String> others = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      boolean product = node.getOpType().equals("MatMul") && !islands.contains(node);
      for (int i = 0; i < node.getInputCount(); i++) {
        if (!product || i != 1) {
          others.add(node.getInput(i));
        }
      }
    }
    weights.keySet().removeAll(others);
    return weights;
  }

  private static void add(GraphProto.Builder graph, TensorProto tensor) {
    String name = tensor.getName();
    int rows = Math.toIntExact(tensor.getDims(0));
    int columns = Math.toIntExact(tensor.getDims(1));
    FloatBuffer values =
        tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] factors = new float[columns];
    for (int i = 0; i < rows * columns; i++) {
      int column = i % columns;
      factors[column] = Math.max(factors[column], Math.abs(values.get(i)) / STEPS);
    }
    ByteBuffer steps = ByteBuffer.allocate(rows * columns);
    for (int i = 0; i < rows * columns; i++) {
      float factor = factors[i % columns];
      steps.put((byte) (factor == 0 ? 0 : Math.round(values.get(i) / factor)));
    }
    graph.addInitializer(
        Tensors.of(ElementType.INT8, steps.flip(), rows, columns).toBuilder()
            .setName(name + ".int8"));
    graph.addInitializer(Tensors.floats(factors, columns).toBuilder().setName(name + ".factors"));
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("DequantizeLinear")
            .setName(name)
            .addInput(name + ".int8")
            .addInput(name + ".factors")
            .addOutput(name)
            .addAttribute(Attribute.of("axis", 1).proto()));
  }
}
