package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Replaces self-attention that is written out in standard operators by ONNX Runtime's {@code
 * com.microsoft.MultiHeadAttention}, for which its CUDA provider has fused kernels. Recognized is
 * what a projection to queries, keys and values in one gives: {@code [batch, tokens, 3 * heads *
 * width]}, without a mask. Everything else stays as it is. The graph runs in ONNX Runtime alone
 * then.
 */
public final class AttentionFusion implements UnaryOperator<ModelProto> {

  private static final String DOMAIN = "com.microsoft";

  @Override
  public ModelProto apply(ModelProto model) {
    Fusion fusion = new Fusion(model.getGraph());
    GraphProto fused = fusion.fuse();
    ModelProto.Builder changed = model.toBuilder().setGraph(fused);
    boolean declared =
        model.getOpsetImportList().stream().anyMatch(opset -> opset.getDomain().equals(DOMAIN));
    if (fusion.count() > 0 && !declared) {
      changed.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1));
    }
    return changed.build();
  }

  /** How many attentions a model has in fused form. */
  public static long fused(ModelProto model) {
    return model.getGraph().getNodeList().stream()
        .filter(node -> node.getOpType().equals("MultiHeadAttention"))
        .count();
  }

  /** Where an attention begins and ends. */
  private record Attention(String packed, long heads, long width, float scale, NodeProto last) {}

  /** One graph. */
  private static final class Fusion {

    private final GraphProto graph;
    private final GraphIndex index;
    private int count;

    Fusion(GraphProto graph) {
      this.graph = graph;
      index = new GraphIndex(graph);
    }

    int count() {
      return count;
    }

    GraphProto fuse() {
      Map<NodeProto, Attention> ends = new HashMap<>();
      for (NodeProto node : graph.getNodeList()) {
        if (node.getOpType().equals("Softmax")) {
          match(node).ifPresent(attention -> ends.put(attention.last(), attention));
        }
      }
      count = ends.size();
      GraphProto.Builder changed = graph.toBuilder().clearNode();
      for (NodeProto node : graph.getNodeList()) {
        if (ends.containsKey(node)) {
          emit(changed, ends.get(node));
        } else {
          changed.addNode(node);
        }
      }
      return GraphIndex.withoutUnused(changed.build());
    }

    private static void emit(GraphProto.Builder graph, Attention attention) {
      String name = attention.last().getOutput(0);
      String sizes = name + ".sizes";
      long width = attention.heads() * attention.width();
      graph.addInitializer(
          Tensors.longs(new long[] {width, width, width}, 3).toBuilder().setName(sizes));
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Split")
              .setName(name + ".split")
              .addInput(attention.packed())
              .addInput(sizes)
              .addOutput(name + ".q")
              .addOutput(name + ".k")
              .addOutput(name + ".v")
              .addAttribute(Attribute.of("axis", 2).proto()));
      graph.addNode(
          NodeProto.newBuilder()
              .setDomain(DOMAIN)
              .setOpType("MultiHeadAttention")
              .setName(name)
              .addInput(name + ".q")
              .addInput(name + ".k")
              .addInput(name + ".v")
              .addOutput(name)
              .addAttribute(Attribute.of("num_heads", attention.heads()).proto())
              .addAttribute(Attribute.of("scale", attention.scale()).proto()));
    }

    private Optional<Attention> match(NodeProto softmax) {
      NodeProto scores = index.maker(softmax.getInput(0), "MatMul");
      NodeProto mixed = index.onlyUser(softmax.getOutput(0), "MatMul");
      if (scores == null || mixed == null || !mixed.getInput(0).equals(softmax.getOutput(0))) {
        return Optional.empty();
      }
      NodeProto scaled = index.maker(scores.getInput(0), "Mul");
      NodeProto turned = index.maker(scores.getInput(1), "Transpose");
      NodeProto joined = index.onlyUser(mixed.getOutput(0), "Transpose");
      if (scaled == null
          || !permutes(turned, 0, 1, 3, 2)
          || !permutes(joined, 0, 2, 1, 3)
          || index.number(scaled.getInput(1)).isEmpty()) {
        return Optional.empty();
      }
      NodeProto last = index.onlyUser(joined.getOutput(0), "Reshape");
      Optional<String> query = part(scaled.getInput(0), 0);
      Optional<String> key = part(turned.getInput(0), 1);
      Optional<String> value = part(mixed.getInput(1), 2);
      if (last == null || query.isEmpty() || !query.equals(key) || !query.equals(value)) {
        return Optional.empty();
      }
      return packed(query.get(), (float) index.number(scaled.getInput(1)).getAsDouble(), last);
    }

    /** The transposed array of which a value is part {@code place}. */
    private Optional<String> part(String value, long place) {
      NodeProto squeezed = index.maker(value, "Squeeze");
      NodeProto sliced = squeezed == null ? null : index.maker(squeezed.getInput(0), "Slice");
      if (sliced == null
          || !List.of(place).equals(index.longs(sliced.getInput(1)))
          || !List.of(place + 1).equals(index.longs(sliced.getInput(2)))
          || !List.of(0L).equals(index.longs(sliced.getInput(3)))) {
        return Optional.empty();
      }
      return Optional.of(sliced.getInput(0));
    }

    private Optional<Attention> packed(String transposed, float scale, NodeProto last) {
      NodeProto turned = index.maker(transposed, "Transpose");
      if (!permutes(turned, 2, 0, 3, 1, 4)) {
        return Optional.empty();
      }
      NodeProto apart = index.maker(turned.getInput(0), "Reshape");
      List<Long> dims = apart == null ? List.of() : index.longs(apart.getInput(1));
      if (dims.size() != 5 || dims.get(2) != 3) {
        return Optional.empty();
      }
      return Optional.of(new Attention(apart.getInput(0), dims.get(3), dims.get(4), scale, last));
    }

    private static boolean permutes(NodeProto node, long... order) {
      if (node == null) {
        return false;
      }
      AttributeProto perm = node.getAttribute(0);
      return perm.getIntsList().equals(java.util.Arrays.stream(order).boxed().toList());
    }
  }
}
