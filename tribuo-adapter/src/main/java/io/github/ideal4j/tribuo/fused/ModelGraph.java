package io.github.ideal4j.tribuo.fused;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.Tensors;
import java.util.HashSet;
import java.util.Set;
import org.tribuo.Model;
import org.tribuo.ONNXExportable;
import org.tribuo.ensemble.EnsembleModel;

/**
 * The graph that Tribuo writes of a model, brought to say what the model itself says. Two of
 * Tribuo's exports (4.3.2) do not:
 *
 * <ul>
 *   <li>LibLinear's logistic regression decides one class against the rest and makes the sum of all
 *       probabilities 1; its export has a softmax instead.
 *   <li>A sparse linear model centres only the features that an example has; its export centres
 *       those that are missing too.
 * </ul>
 */
final class ModelGraph {

  private static final String KINDS =
      "linear models of stochastic gradient descent, factorization machines, sparse linear models,"
          + " LibLinear, and weighted ensembles of these";

  private static final String ZERO = "ideal4j/zero";
  private static final String LAST_AXIS = "ideal4j/last_axis";

  private final GraphProto exported;
  private final GraphProto.Builder graph;
  private final Set<String> constants = new HashSet<>(); // that were added here
  private final Set<String> libLinear = new HashSet<>(); // outputs of its products

  private ModelGraph(GraphProto exported) {
    this.exported = exported;
    graph = exported.toBuilder().clearNode();
  }

  /**
   * The graph of a model.
   *
   * @throws IllegalArgumentException if Tribuo cannot write it
   */
  static ModelProto of(Model<?> model) {
    requireExportable(model);
    ModelProto written = ((ONNXExportable) model).exportONNXModel("io.github.ideal4j", 0);
    return written.toBuilder().setGraph(new ModelGraph(written.getGraph()).mended()).build();
  }

  /** Tribuo's own message prints whole trees. */
  private static void requireExportable(Model<?> model) {
    if (model instanceof EnsembleModel<?> ensemble) {
      ensemble.getModels().forEach(ModelGraph::requireExportable);
    }
    if (!(model instanceof ONNXExportable)) {
      throw new IllegalArgumentException(
          "a %s cannot be fused, because Tribuo does not write it as ONNX; %s can"
              .formatted(model.getClass().getSimpleName(), KINDS));
    }
  }

  private GraphProto mended() {
    for (NodeProto node : exported.getNodeList()) {
      if (node.getOpType().equals("Gemm") && node.getInput(1).startsWith("liblinear_weights")) {
        libLinear.add(node.getOutput(0));
      }
      if (node.getOpType().equals("Softmax") && libLinear.contains(node.getInput(0))) {
        oneAgainstTheRest(node.getInput(0), node.getOutput(0));
      } else if (node.getOpType().equals("Sub") && node.getInput(1).startsWith("feature_mean")) {
        centreWhatIsThere(node);
      } else {
        graph.addNode(node);
      }
    }
    return graph.build();
  }

  /** Probabilities of one class against the rest, divided by their sum. */
  private void oneAgainstTheRest(String scores, String output) {
    String each = output + "/each";
    String sum = output + "/sum";
    constant(LAST_AXIS, Tensors.longs(new long[] {-1}, 1));
    add("Sigmoid", each, scores);
    add("ReduceSum", sum, each, LAST_AXIS);
    add("Div", output, each, sum);
  }

  /** Takes the mean only from features that are not 0. */
  private void centreWhatIsThere(NodeProto centre) {
    String output = centre.getOutput(0);
    String features = centre.getInput(0);
    constant(ZERO, Tensors.floats(new float[] {0}, 1));
    add("Sub", output + "/all", features, centre.getInput(1));
    add("Equal", output + "/missing", features, ZERO);
    add("Not", output + "/there", output + "/missing");
    graph.addNode(
        node("Cast", output + "/mask", output + "/there")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("to")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(ElementType.FLOAT.code())));
    add("Mul", output, output + "/all", output + "/mask");
  }

  private void constant(String name, TensorProto value) {
    if (constants.add(name)) {
      graph.addInitializer(value.toBuilder().setName(name));
    }
  }

  private void add(String operator, String output, String... inputs) {
    graph.addNode(node(operator, output, inputs));
  }

  private static NodeProto.Builder node(String operator, String output, String... inputs) {
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType(operator).setName(output).addOutput(output);
    for (String input : inputs) {
      node.addInput(input);
    }
    return node;
  }
}
