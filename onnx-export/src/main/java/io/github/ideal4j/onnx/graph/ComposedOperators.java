package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Recognizes a GELU and a norm of the last axis that are written out in simpler operators, and puts
 * the standard's own {@code Gelu} and {@code LayerNormalization} in their place.
 */
public final class ComposedOperators implements UnaryOperator<ModelProto> {

  private final Function<String, OptionalInt> ranks;

  /**
   * With what is known about values.
   *
   * @param ranks from the name of a value to its number of axes, empty where it is not known
   */
  public ComposedOperators(Function<String, OptionalInt> ranks) {
    this.ranks = ranks;
  }

  @Override
  public ModelProto apply(ModelProto model) {
    GraphProto graph = model.getGraph();
    GraphIndex index = new GraphIndex(graph);
    Map<String, NodeProto> replaced = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      Optional<NodeProto> whole =
          switch (node.getOpType()) {
            case "Erf" -> gelu(index, node);
            case "Sqrt" -> norm(index, node);
            default -> Optional.empty();
          };
      whole.ifPresent(made -> replaced.put(made.getOutput(0), made));
    }
    if (replaced.isEmpty()) {
      return model;
    }
    GraphProto.Builder changed = graph.toBuilder().clearNode();
    for (NodeProto node : graph.getNodeList()) {
      changed.addNode(replaced.getOrDefault(node.getOutput(0), node));
    }
    return model.toBuilder().setGraph(GraphIndex.withoutUnused(changed.build())).build();
  }

  private static NodeProto in(NodeProto last, String operator, List<String> inputs) {
    return last.toBuilder()
        .setOpType(operator)
        .clearInput()
        .clearAttribute()
        .addAllInput(inputs)
        .build();
  }

  /** {@code x / 2 * (1 + erf(x / sqrt(2)))}, its factors in any order. */
  private static Optional<NodeProto> gelu(GraphIndex index, NodeProto erf) {
    String x = scaled(index, erf.getInput(0));
    NodeProto plus = index.onlyUser(erf.getOutput(0), "Add");
    if (x == null || plus == null || !index.isNumber(GraphIndex.other(plus, erf.getOutput(0)), 1)) {
      return Optional.empty();
    }
    NodeProto first = index.onlyUser(plus.getOutput(0), "Mul");
    if (first == null) {
      return Optional.empty();
    }
    String factor = GraphIndex.other(first, plus.getOutput(0));
    NodeProto halved = index.maker(factor, "Mul");
    if (halved != null && index.isNumber(GraphIndex.other(halved, x), 0.5)) {
      return Optional.of(in(first, "Gelu", List.of(x)));
    }
    NodeProto second = index.onlyUser(first.getOutput(0), "Mul");
    String last = second == null ? null : GraphIndex.other(second, first.getOutput(0));
    boolean rest =
        last != null
            && ((factor.equals(x) && index.isNumber(last, 0.5))
                || (last.equals(x) && index.isNumber(factor, 0.5)));
    return rest ? Optional.of(in(second, "Gelu", List.of(x))) : Optional.empty();
  }

  /** What is divided by the root of 2, or null. */
  private static String scaled(GraphIndex index, String value) {
    NodeProto divided = index.maker(value, "Div");
    if (divided != null && index.isNumber(divided.getInput(1), Math.sqrt(2))) {
      return divided.getInput(0);
    }
    NodeProto multiplied = index.maker(value, "Mul");
    if (multiplied != null && index.isNumber(multiplied.getInput(1), Math.sqrt(0.5))) {
      return multiplied.getInput(0);
    }
    return null;
  }

  /** {@code (x - mean) / sqrt(variance + epsilon) * gamma + beta} along the last axis. */
  private Optional<NodeProto> norm(GraphIndex index, NodeProto root) {
    NodeProto sum = index.maker(root.getInput(0), "Add");
    OptionalDouble epsilon = sum == null ? OptionalDouble.empty() : index.number(sum.getInput(1));
    NodeProto variance = sum == null ? null : mean(index, sum.getInput(0));
    NodeProto square = variance == null ? null : index.maker(variance.getInput(0), "Mul");
    if (epsilon.isEmpty() || square == null || !square.getInput(0).equals(square.getInput(1))) {
      return Optional.empty();
    }
    NodeProto centred = index.maker(square.getInput(0), "Sub");
    NodeProto mean = centred == null ? null : mean(index, centred.getInput(1));
    NodeProto divided = index.onlyUser(root.getOutput(0), "Div");
    if (mean == null
        || divided == null
        || !isLast(index, mean, centred.getInput(0))
        || !isLast(index, variance, centred.getInput(0))
        || !mean.getInput(0).equals(centred.getInput(0))
        || !divided.getInput(0).equals(centred.getOutput(0))) {
      return Optional.empty();
    }
    return affine(index, divided)
        .map(
            affine ->
                in(
                        affine.last(),
                        "LayerNormalization",
                        List.of(centred.getInput(0), affine.gamma(), affine.beta()))
                    .toBuilder()
                    .addAttribute(Attribute.of("axis", -1).proto())
                    .addAttribute(Attribute.of("epsilon", (float) epsilon.getAsDouble()).proto())
                    .build());
  }

  private record Affine(NodeProto last, String gamma, String beta) {}

  private static Optional<Affine> affine(GraphIndex index, NodeProto divided) {
    NodeProto scaled = index.onlyUser(divided.getOutput(0), "Mul");
    NodeProto shifted = scaled == null ? null : index.onlyUser(scaled.getOutput(0), "Add");
    if (shifted == null) {
      return Optional.empty();
    }
    String gamma = GraphIndex.other(scaled, divided.getOutput(0));
    String beta = GraphIndex.other(shifted, scaled.getOutput(0));
    boolean vectors =
        index.isConstant(gamma)
            && index.isConstant(beta)
            && index.dims(gamma).size() == 1
            && index.dims(gamma).equals(index.dims(beta))
            && index.dims(gamma).get(0) > 1;
    return vectors ? Optional.of(new Affine(shifted, gamma, beta)) : Optional.empty();
  }

  /** A mean whose axis is kept. */
  private static NodeProto mean(GraphIndex index, String value) {
    NodeProto mean = index.maker(value, "ReduceMean");
    boolean kept =
        mean != null
            && mean.getInputCount() == 2
            && mean.getAttributeList().stream()
                .noneMatch(a -> a.getName().equals("keepdims") && a.getI() == 0);
    return kept ? mean : null;
  }

  /** Whether a mean is along the last axis of a value. */
  private boolean isLast(GraphIndex index, NodeProto mean, String value) {
    OptionalInt rank = ranks.apply(value);
    return rank.isPresent() && index.longs(mean.getInput(1)).equals(List.of(rank.getAsInt() - 1L));
  }
}
