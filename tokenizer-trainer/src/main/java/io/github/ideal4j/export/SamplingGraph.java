package io.github.ideal4j.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.trace.ExportedModel;
import io.github.ideal4j.prior.GptPriorConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code prior.onnx}: one step of the prior inside a {@code Loop} over all tokens, which carries
 * the token chosen last and the cached keys and values. With guidance the batch holds every image
 * twice, first with its class, then without; a guidance of 1 runs half of that.
 */
final class SamplingGraph {

  private static final int STEP_INPUTS = 3; // token, label, position; the cache follows

  private final GptPriorConfig config;
  private final ExportedModel step;
  private final GraphBuilder graph = new GraphBuilder("prior");

  private SamplingGraph(GptPriorConfig config, ExportedModel step) {
    this.config = config;
    this.step = step;
  }

  /**
   * Builds the graph.
   *
   * @param step an exported {@link io.github.ideal4j.prior.GptPriorStep}
   */
  static ModelProto of(GptPriorConfig config, ExportedModel step) {
    return new SamplingGraph(config, step).build();
  }

  private ModelProto build() {
    Value labels = graph.input("labels", ElementType.INT64, "n");
    Value uniforms = graph.input("uniforms", ElementType.FLOAT, "n", config.tokens());
    Value guidance = graph.input("guidance", ElementType.FLOAT);
    Value temperature = graph.input("temperature", ElementType.FLOAT);
    Value topK = graph.input("top_k", ElementType.INT64);
    Value topP = graph.input("top_p", ElementType.FLOAT);
    Value images = graph.op("Shape", labels); // [1]
    Value times = times(guidance); // [1]
    Value rows = graph.op("Mul", images, times); // [1]
    Value rowLabels = rowLabels(labels, images, rows);

    GraphBuilder body = graph.body("step");
    Value iteration = body.bodyInput("iteration", ElementType.INT64);
    Value condition = body.bodyInput("condition", ElementType.BOOL);
    Value last = body.bodyInput("last", ElementType.INT64, "rows");
    List<Value> cache = bodyCache(body);
    Map<String, Value> arguments = new LinkedHashMap<>();
    List<Value> given = new ArrayList<>(List.of(last, rowLabels, body.reshape(iteration, 1)));
    given.addAll(cache);
    for (int i = 0; i < given.size(); i++) {
      arguments.put(step.inputs().get(i), given.get(i));
    }
    List<Value> stepped = body.inline(step.model(), "step.", arguments);
    Value logits = guided(body, stepped.get(0), images, rows, guidance); // [n, codes]
    TokenChoice choice = new TokenChoice(config.codebookSize(), temperature, topK, topP);
    Value chosen = choice.choose(body, logits, body.gather(uniforms, iteration, 1)); // [n]

    body.output(body.op("Identity", condition), ElementType.BOOL);
    body.output(body.op("Tile", chosen, times), ElementType.INT64, "rows");
    for (Value next : stepped.subList(1, stepped.size())) {
      body.output(body.op("Identity", next), ElementType.FLOAT, cacheDims("grown"));
    }
    body.output(body.op("Identity", chosen), ElementType.INT64, "n");

    Value all = loop(body, rows, cache.size()); // [tokens, n]
    Value dims = graph.concat(0, images, graph.longs(config.rows(), config.columns()));
    Value tokens = graph.op("Reshape", graph.transpose(all, 1, 0), dims);
    graph.output(
        graph.cast(tokens, ElementType.UINT16),
        "tokens",
        ElementType.UINT16,
        "n",
        config.rows(),
        config.columns());
    return graph.toModel();
  }

  /** How often the batch holds each image: 1 if guidance is 1, else 2. */
  private Value times(Value guidance) {
    Value plain = graph.cast(graph.op("Equal", guidance, graph.scalar(1f)), ElementType.INT64);
    return graph.op("Sub", graph.longs(2), plain);
  }

  private Value rowLabels(Value labels, Value images, Value rows) {
    Value none = graph.op("Expand", graph.longs(config.nullClass()), images);
    return graph.op("Slice", graph.concat(0, labels, none), graph.longs(0), rows);
  }

  private List<Value> bodyCache(GraphBuilder body) {
    List<Value> cache = new ArrayList<>();
    for (String name : step.inputs().subList(STEP_INPUTS, step.inputs().size())) {
      cache.add(body.bodyInput(name, ElementType.FLOAT, cacheDims("past")));
    }
    return cache;
  }

  private Object[] cacheDims(String places) {
    return new Object[] {"rows", config.heads(), places, config.headDim()};
  }

  /** Without guidance both halves are the same rows, and their difference is exactly 0. */
  private Value guided(GraphBuilder body, Value logits, Value images, Value rows, Value guidance) {
    Value axis = body.longs(0);
    Value given = body.op("Slice", logits, body.longs(0), images, axis);
    Value free = body.op("Slice", logits, body.op("Sub", rows, images), rows, axis);
    return body.op("Add", free, body.op("Mul", guidance, body.op("Sub", given, free)));
  }

  private Value loop(GraphBuilder body, Value rows, int caches) {
    Value cacheShape = graph.concat(0, rows, graph.longs(config.heads(), 0, config.headDim()));
    Value empty = graph.op("ConstantOfShape", cacheShape); // float32
    List<Value> start = new ArrayList<>();
    start.add(graph.scalar(ElementType.INT64, config.tokens()));
    start.add(graph.constant(Tensors.filled(ElementType.BOOL, 1)));
    start.add(graph.op("Expand", graph.longs(0), rows));
    for (int i = 0; i < caches; i++) {
      start.add(empty);
    }
    List<Value> ends = graph.nodes("", "Loop", start, start.size() - 1, Attribute.of("body", body));
    return ends.get(ends.size() - 1);
  }
}
