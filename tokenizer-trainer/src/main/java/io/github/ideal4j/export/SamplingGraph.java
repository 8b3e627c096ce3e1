package io.github.ideal4j.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.trace.ExportedModel;
import io.github.ideal4j.prior.PriorConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code prior.onnx}: one step of the prior inside a {@code Loop} over all cells, which carries the
 * tokens chosen last and the cached keys and values. With guidance the batch holds every image
 * twice, first with its class, then without; a guidance of 1 at all steps runs half of that.
 */
final class SamplingGraph {

  private static final int STEP_INPUTS = 3; // token, label, position; the cache follows

  private final PriorConfig config;
  private final ExportedModel step;
  private final GraphBuilder graph = new GraphBuilder("prior");

  private SamplingGraph(PriorConfig config, ExportedModel step) {
    this.config = config;
    this.step = step;
  }

  /**
   * Builds the graph.
   *
   * @param step an exported {@link io.github.ideal4j.prior.PriorStep}
   */
  static ModelProto of(PriorConfig config, ExportedModel step) {
    return new SamplingGraph(config, step).build();
  }

  private ModelProto build() {
    Value labels = graph.input("labels", ElementType.INT64, "n");
    Value uniforms = graph.input("uniforms", ElementType.FLOAT, "n", config.tokens());
    Value guidance = graph.inputOfAnyShape("guidance", ElementType.FLOAT); // one number, or cells
    Value temperature = graph.input("temperature", ElementType.FLOAT);
    Value topK = graph.input("top_k", ElementType.INT64);
    Value topP = graph.input("top_p", ElementType.FLOAT);
    Value scales =
        graph.op("Expand", graph.reshape(guidance, -1), graph.longs(config.cells())); // [cells]
    Value images = graph.op("Shape", labels); // [1]
    Value times = times(scales); // [1]
    Value rows = graph.op("Mul", images, times); // [1]
    Value rowLabels = rowLabels(labels, images, rows);
    Value numbers = graph.reshape(uniforms, -1, config.codebooks(), config.cells());

    // What is the same in every step is made once, outside of the loop.
    TokenChoice choice = new TokenChoice(graph, config.codebookSize(), temperature, topK, topP);
    Value firstFree = graph.op("Sub", rows, images); // [1]
    Value repeats = graph.concat(0, times, graph.longs(1));

    GraphBuilder body = graph.body("step");
    Value iteration = body.bodyInput("iteration", ElementType.INT64);
    Value condition = body.bodyInput("condition", ElementType.BOOL);
    Value last = body.bodyInput("last", ElementType.INT64, "rows", config.codebooks());
    List<Value> cache = bodyCache(body);
    Map<String, Value> arguments = new LinkedHashMap<>();
    List<Value> given = new ArrayList<>(List.of(last, rowLabels, body.reshape(iteration, 1)));
    given.addAll(cache);
    for (int i = 0; i < given.size(); i++) {
      arguments.put(step.inputs().get(i), given.get(i));
    }
    List<Value> stepped = body.inline(step.model(), "step.", arguments);
    Value cell = cell(body, iteration); // []
    Value scale = body.gather(scales, cell, 0); // []
    Value logits =
        guided(body, stepped.get(0), images, firstFree, rows, scale); // [n, codebooks, size]
    Value chosen = choose(body, choice, logits, body.gather(numbers, cell, 2));

    body.output(body.op("Identity", condition), ElementType.BOOL);
    body.output(body.op("Tile", chosen, repeats), ElementType.INT64, "rows", config.codebooks());
    for (Value next : stepped.subList(1, stepped.size())) {
      body.output(next, ElementType.FLOAT, cacheDims("grown"));
    }
    body.output(body.op("Identity", chosen), ElementType.INT64, "n", config.codebooks());

    Value all = loop(body, rows, cache.size()); // [lead + cells, n, codebooks]
    if (config.lead() > 0) {
      all = graph.slice(all, 0, config.lead(), (long) config.lead() + config.cells());
    }
    List<Object> shape = new ArrayList<>(List.of("n"));
    if (config.codebooks() > 1) {
      shape.add(config.codebooks());
    }
    shape.addAll(List.of(config.rows(), config.columns()));
    long[] sizes = shape.stream().skip(1).mapToLong(size -> (Integer) size).toArray();
    Value dims = graph.concat(0, images, graph.longs(sizes));
    Value tokens = graph.op("Reshape", graph.transpose(all, 1, 2, 0), dims);
    graph.output(
        graph.cast(tokens, ElementType.UINT16), "tokens", ElementType.UINT16, shape.toArray());
    return graph.toModel().toBuilder()
        .addMetadataProps(
            StringStringEntryProto.newBuilder().setKey(BundleFiles.GIVEN_TOKENS).setValue("1"))
        .build();
  }

  /** The cell whose tokens this step chooses; before there is one, the first. */
  private Value cell(GraphBuilder body, Value iteration) {
    if (config.lead() == 0) {
      return iteration;
    }
    Value after = body.op("Sub", iteration, body.scalar(ElementType.INT64, config.lead()));
    return body.op("Max", after, body.scalar(ElementType.INT64, 0));
  }

  /**
   * A token of each codebook: drawn, or the one that its number names.
   *
   * @param numbers float32 {@code [n, codebooks]}
   * @return int64 {@code [n, codebooks]}
   */
  private Value choose(GraphBuilder body, TokenChoice choice, Value logits, Value numbers) {
    Value all = body.reshape(numbers, -1); // [n * codebooks]
    Value drawn = choice.choose(body, body.reshape(logits, -1, config.codebookSize()), all);
    Value isGiven = body.op("GreaterOrEqual", all, body.scalar(1f));
    Value named = body.cast(body.op("Sub", all, body.scalar(1f)), ElementType.INT64);
    return body.reshape(body.op("Where", isGiven, named, drawn), -1, config.codebooks());
  }

  /** How often the batch holds each image: 1 if guidance is 1 at all steps, else 2. */
  private Value times(Value scales) {
    Value plain = graph.cast(graph.op("Equal", scales, graph.scalar(1f)), ElementType.INT64);
    return graph.op("Sub", graph.longs(2), graph.op("ReduceMin", plain, graph.longs(0))); // [1]
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
  private static Value guided(
      GraphBuilder body, Value logits, Value images, Value firstFree, Value rows, Value guidance) {
    Value axis = body.longs(0);
    Value given = body.op("Slice", logits, body.longs(0), images, axis);
    Value free = body.op("Slice", logits, firstFree, rows, axis);
    return body.op("Add", free, body.op("Mul", guidance, body.op("Sub", given, free)));
  }

  private Value loop(GraphBuilder body, Value rows, int caches) {
    Value cacheShape = graph.concat(0, rows, graph.longs(config.heads(), 0, config.headDim()));
    Value empty = graph.op("ConstantOfShape", cacheShape); // float32
    List<Value> start = new ArrayList<>();
    start.add(graph.scalar(ElementType.INT64, (long) config.lead() + config.cells()));
    start.add(graph.constant(Tensors.filled(ElementType.BOOL, 1)));
    Value tokensShape = graph.concat(0, rows, graph.longs(config.codebooks()));
    start.add(graph.op("Expand", graph.longs(0), tokensShape));
    for (int i = 0; i < caches; i++) {
      start.add(empty);
    }
    List<Value> ends = graph.nodes("", "Loop", start, start.size() - 1, Attribute.of("body", body));
    return ends.get(ends.size() - 1);
  }
}
