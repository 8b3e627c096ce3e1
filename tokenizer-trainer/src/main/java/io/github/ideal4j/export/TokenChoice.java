package io.github.ideal4j.export;

import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.List;
import java.util.function.Function;

/**
 * The nodes that choose a token from logits: {@link io.github.ideal4j.prior.TokenFilter} in ONNX,
 * in the same order and in float64 as there. What is not asked for is skipped by an {@code If}, of
 * which a draw from all codes passes only one.
 */
final class TokenChoice {

  private static final long CODES = 1;
  private static final Attribute ALONG_CODES = Attribute.of("axis", CODES);

  private final int codes;
  private final Value divisor;
  private final Value topK;
  private final Value topP;
  private final Value draws;
  private final Value cutsTopK;
  private final Value cutsTopP;
  private final Value drawsFromAll;

  /**
   * Decides once what every choice will do.
   *
   * @param graph in which, or in the bodies of which, tokens will be chosen
   * @param codes entries of the codebook
   * @param temperature float32 {@code []}; 0 takes the likeliest token
   * @param topK int64 {@code []}
   * @param topP float32 {@code []}
   */
  TokenChoice(GraphBuilder graph, int codes, Value temperature, Value topK, Value topP) {
    this.codes = codes;
    divisor = graph.cast(temperature, ElementType.DOUBLE);
    this.topK = topK;
    this.topP = graph.cast(topP, ElementType.DOUBLE);
    draws = graph.op("Greater", temperature, graph.scalar(0f));
    Value some = graph.op("Greater", topK, graph.scalar(ElementType.INT64, 0));
    Value notAll = graph.op("Less", topK, graph.scalar(ElementType.INT64, codes));
    cutsTopK = graph.op("And", some, notAll);
    cutsTopP = graph.op("Less", topP, graph.scalar(1f));
    Value cuts = graph.op("Or", cutsTopK, cutsTopP);
    drawsFromAll = graph.op("And", draws, graph.op("Not", cuts));
  }

  /**
   * Chooses one token for each row.
   *
   * @param logits float32 {@code [n, codes]}
   * @param uniforms float32 {@code [n]}
   * @return int64 {@code [n]}
   */
  Value choose(GraphBuilder graph, Value logits, Value uniforms) {
    return either(
        graph,
        drawsFromAll,
        body -> draw(body, softmax(body, tempered(body, logits)), uniforms),
        body ->
            either(
                body,
                draws,
                inner -> draw(inner, probabilities(inner, logits), uniforms),
                inner -> argMax(inner, logits, false),
                ElementType.INT64,
                "n"),
        ElementType.INT64,
        "n");
  }

  /** Float32 {@code [n, codes]}, 0 for the codes left out. */
  Value probabilities(GraphBuilder graph, Value logits) {
    return softmax(graph, keepTopP(graph, keepTopK(graph, tempered(graph, logits))));
  }

  private Value tempered(GraphBuilder graph, Value logits) {
    return graph.op("Div", graph.cast(logits, ElementType.DOUBLE), divisor);
  }

  private static Value softmax(GraphBuilder graph, Value logits) {
    Value probabilities = graph.node("Softmax", List.of(logits), ALONG_CODES);
    return graph.cast(probabilities, ElementType.FLOAT);
  }

  private Value keepTopK(GraphBuilder graph, Value logits) {
    return either(
        graph,
        cutsTopK,
        body -> {
          Value largest = sorted(body, logits, body.reshape(topK, 1)).get(0); // [n, top_k]
          Value least = body.op("ReduceMin", largest, body.longs(CODES)); // [n, 1]
          return body.op("Where", body.op("Less", logits, least), nothing(body), logits);
        },
        body -> body.op("Identity", logits),
        ElementType.DOUBLE,
        "n",
        codes);
  }

  private Value keepTopP(GraphBuilder graph, Value logits) {
    return either(
        graph,
        cutsTopP,
        body -> {
          // What top-k left out has no part in the order, and sorting is the dear part.
          Value kept = body.cast(body.op("Greater", logits, nothing(body)), ElementType.INT64);
          Value counts =
              body.node("ReduceSum", List.of(kept, body.longs(CODES)), Attribute.of("keepdims", 0));
          Value most = body.node("ReduceMax", List.of(counts), Attribute.of("keepdims", 1)); // [1]
          List<Value> ranked = sorted(body, logits, most);
          Value probabilities = body.node("Softmax", List.of(ranked.get(0)), ALONG_CODES);
          Value before =
              body.node(
                  "CumSum",
                  List.of(probabilities, body.scalar(ElementType.INT64, CODES)),
                  Attribute.of("exclusive", 1));
          // The token that crosses the threshold stays.
          Value drop = body.op("Greater", before, topP);
          Value left = body.op("Where", drop, nothing(body), ranked.get(0));
          return body.node("ScatterElements", List.of(logits, ranked.get(1), left), ALONG_CODES);
        },
        body -> body.op("Identity", logits),
        ElementType.DOUBLE,
        "n",
        codes);
  }

  /** The code at which the running sum passes the uniform number: {@code [n]}. */
  private static Value draw(GraphBuilder graph, Value probabilities, Value uniforms) {
    Value sums =
        graph.op(
            "CumSum",
            graph.cast(probabilities, ElementType.DOUBLE),
            graph.scalar(ElementType.INT64, CODES));
    Value uniform = graph.cast(graph.reshape(uniforms, -1, 1), ElementType.DOUBLE);
    Value below = graph.cast(graph.op("LessOrEqual", sums, uniform), ElementType.INT64);
    Value count =
        graph.node("ReduceSum", List.of(below, graph.longs(CODES)), Attribute.of("keepdims", 0));
    Value possible = graph.op("Greater", probabilities, graph.scalar(0f));
    // Rounding may leave the sum just below the number drawn.
    Value last = argMax(graph, graph.cast(possible, ElementType.INT32), true);
    return graph.op("Min", count, last);
  }

  private static Value argMax(GraphBuilder graph, Value values, boolean lastOfEqual) {
    return graph.node(
        "ArgMax",
        List.of(values),
        ALONG_CODES,
        Attribute.of("keepdims", 0),
        Attribute.of("select_last_index", lastOfEqual ? 1 : 0));
  }

  /** Descending; of equal ones the lower code first. */
  private static List<Value> sorted(GraphBuilder graph, Value values, Value count) {
    return graph.nodes("", "TopK", List.of(values, count), 2, ALONG_CODES);
  }

  private static Value nothing(GraphBuilder graph) {
    return graph.scalar(ElementType.DOUBLE, Double.NEGATIVE_INFINITY);
  }

  private static Value either(
      GraphBuilder graph,
      Value condition,
      Function<GraphBuilder, Value> yes,
      Function<GraphBuilder, Value> no,
      ElementType type,
      Object... dims) {
    return graph.node(
        "If",
        List.of(condition),
        Attribute.of("then_branch", branch(graph, "then", yes, type, dims)),
        Attribute.of("else_branch", branch(graph, "else", no, type, dims)));
  }

  private static GraphBuilder branch(
      GraphBuilder graph,
      String name,
      Function<GraphBuilder, Value> content,
      ElementType type,
      Object... dims) {
    GraphBuilder body = graph.body(name);
    body.output(content.apply(body), type, dims);
    return body;
  }
}
