package io.github.ideal4j.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.trace.ExportedModel;
import io.github.ideal4j.prior.PriorConfig;
import java.util.List;
import java.util.Map;

/** {@code prior-score.onnx}: how unlikely each token is after its class and those before it. */
final class ScoreGraph {

  private ScoreGraph() {}

  /**
   * Builds the graph.
   *
   * @param prior an exported {@link io.github.ideal4j.prior.Prior}: tokens, labels to logits
   */
  static ModelProto of(PriorConfig config, ExportedModel prior) {
    GraphBuilder graph = new GraphBuilder("prior-score");
    Value grids =
        config.codebooks() == 1
            ? graph.input("tokens", ElementType.INT32, "n", config.rows(), config.columns())
            : graph.input(
                "tokens",
                ElementType.INT32,
                "n",
                config.codebooks(),
                config.rows(),
                config.columns());
    Value labels = graph.input("labels", ElementType.INT64, "n");
    Value tokens = graph.cast(graph.reshape(grids, -1, config.tokens()), ElementType.INT64);
    Value logits =
        graph
            .inline(
                prior.model(),
                "prior.",
                Map.of(prior.inputs().get(0), tokens, prior.inputs().get(1), labels))
            .get(0); // [n, tokens, codes]
    Value all = graph.node("LogSoftmax", List.of(logits), Attribute.of("axis", -1));
    Value own =
        graph.node(
            "GatherElements",
            List.of(all, graph.reshape(tokens, -1, config.tokens(), 1)),
            Attribute.of("axis", 2)); // [n, tokens, 1]
    Value nll = graph.op("Neg", graph.reshape(own, -1, config.tokens()));
    graph.output(nll, "nll", ElementType.FLOAT, "n", config.tokens());
    return graph.toModel();
  }
}
