package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes one graph of several recorded passes. Constants that differ become computations on sizes.
 */
final class Unifier {

  private static final int SHARED_BYTES = 64;

  private final Traces traces;
  private final ExportOptions options;
  private final GraphBuilder graph;
  private final SizeNodes sizes;
  private final Map<String, Supplier<TensorProto>> constants;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<Content, Value> shared = new HashMap<>();
  private final Liveness liveness;
  private final TransposedParameters transposed;

  /** What makes small constants equal. */
  private record Content(int type, List<Long> dims, ByteString bytes) {}

  Unifier(Traces traces, List<InputSpec> inputs, ExportOptions options) {
    this.traces = traces;
    this.options = options;
    graph = new GraphBuilder(options.name());
    inputs.forEach(spec -> values.put(spec.name(), declare(spec)));
    sizes = new SizeNodes(graph, inputs);
    constants = traces.first().graph().initializers();
    liveness = Liveness.of(traces, outputNames(), this::isStatic);
    transposed = TransposedParameters.of(traces.first(), liveness);
  }

  private Value declare(InputSpec spec) {
    return graph.input(spec.name(), spec.type(), spec.dims().toArray());
  }

  private Set<String> outputNames() {
    Set<String> names = new HashSet<>();
    traces.results().get(0).forEach(array -> names.add(TracedArray.of(array).value().name()));
    return names;
  }

  /** Emits everything. */
  GraphBuilder unify() {
    traces.checkSameNodes();
    for (NodeProto node : liveness.nodes()) {
      if (!transposed.replaces(node)) {
        graph.add(translate(node));
      } else {
        String output = node.getOutput(0);
        values.put(output, transposed.emit(graph, traces.first(), node));
      }
    }
    for (int i = 0; i < traces.results().get(0).size(); i++) {
      output(i);
    }
    return graph;
  }

  private NodeProto translate(NodeProto node) {
    Optional<float[]> factors = Resizing.factors(traces, node);
    if (factors.isPresent()) {
      Value scales = factors(node, factors.get());
      return commented(
          node.toBuilder()
              .clearInput()
              .addInput(operand(node, 0).name())
              .addInput("")
              .addInput(scales.name())
              .removeAttribute(0));
    }
    NodeProto.Builder renamed = node.toBuilder().clearInput();
    for (int i = 0; i < node.getInputCount(); i++) {
      String input = node.getInput(i);
      renamed.addInput(input.isEmpty() ? "" : operand(node, i).name());
    }
    for (String outer : Liveness.outerNames(node)) {
      keepName(node, outer);
    }
    return commented(renamed);
  }

  private Value factors(NodeProto node, float[] factors) {
    String name = node.getName() + ".scales";
    return share(Tensors.floats(factors, factors.length), name);
  }

  private NodeProto commented(NodeProto.Builder node) {
    return (options.comments() ? node : node.clearDocString()).build();
  }

  /** Bodies refer to constants by name. */
  private void keepName(NodeProto node, String name) {
    if (constants.containsKey(name) && !values.containsKey(name)) {
      if (!traces.first().parameterNames().contains(name) && !isStatic(name)) {
        throw new ExportException(
            "%s: a body uses a size that is not fixed; compute it outside of the body"
                .formatted(node.getDocString()));
      }
      values.put(name, graph.initializer(name, constants.get(name)));
    }
  }

  private Value operand(NodeProto node, int index) {
    String name = node.getInput(index);
    Value known = values.get(name);
    if (known != null) {
      return known;
    }
    if (liveness.isFolded(name)) {
      return remember(name, share(Types.tensor(traces.first().plainByName().get(name)), name));
    }
    if (!constants.containsKey(name)) {
      return new Value(name);
    }
    if (traces.first().parameterNames().contains(name)) {
      return remember(name, graph.initializer(name, constants.get(name)));
    }
    return isStatic(name)
        ? remember(name, share(constants.get(name).get(), name))
        : computed(node, index, traces.contents(name));
  }

  private Value remember(String name, Value value) {
    values.put(name, value);
    return value;
  }

  private boolean isStatic(String name) {
    if (traces.first().parameterNames().contains(name)) {
      return true;
    }
    List<TensorProto> contents = traces.contents(name);
    return contents.stream().allMatch(contents.get(0)::equals);
  }

  private Value share(TensorProto tensor, String name) {
    if (tensor.getRawData().size() > SHARED_BYTES) {
      return graph.initializer(name, tensor);
    }
    Content content = new Content(tensor.getDataType(), tensor.getDimsList(), tensor.getRawData());
    return shared.computeIfAbsent(content, key -> graph.initializer(name, tensor));
  }

  private Value computed(NodeProto node, int index, List<TensorProto> contents) {
    boolean sameDims =
        contents.stream().allMatch(t -> t.getDimsList().equals(contents.get(0).getDimsList()));
    if (!sameDims) {
      throw new ExportException(
          "%s: the shape of a constant depends on a size; make it with arange, zeros or full instead of create"
              .formatted(node.getDocString()));
    }
    TensorProto first = contents.get(0);
    int count = first.getDimsCount() == 0 ? 1 : Math.toIntExact(first.getDims(0));
    SizePolynomial[] elements = new SizePolynomial[count];
    for (int i = 0; i < count; i++) {
      elements[i] = traces.element(contents, i, node);
    }
    if (index == 1 && (node.getOpType().equals("Reshape") || node.getOpType().equals("Expand"))) {
      Optional<long[]> fixed = ShapeRules.resolve(traces, node, elements);
      if (fixed.isPresent()) {
        return share(Tensors.longs(fixed.get(), count), node.getInput(1));
      }
    }
    Value vector = sizes.vector(List.of(elements));
    Value shaped = first.getDimsCount() == 0 ? sizes.scalar(vector) : vector;
    return sizes.cast(shaped, ElementType.ofCode(first.getDataType()));
  }

  private void output(int i) {
    NDArray result = traces.results().get(0).get(i);
    OutputSpec spec = spec(i);
    ElementType type = Types.element(result.getDataType());
    String name = TracedArray.of(result).value().name();
    Value value = operand(NodeProto.newBuilder().setDocString("output").addInput(name).build(), 0);
    if (spec.cast().isPresent() && spec.cast().get() != type) {
      type = spec.cast().get();
      value = graph.cast(value, type);
    }
    graph.output(value, spec.name(), type, dims(i));
  }

  private OutputSpec spec(int i) {
    int count = traces.results().get(0).size();
    if (options.outputs().isEmpty()) {
      return OutputSpec.of(count == 1 ? "output" : "output_" + i);
    }
    if (options.outputs().size() != count) {
      throw new ExportException(
          "the block has %d outputs but %d names are given: %s"
              .formatted(count, options.outputs().size(), options.outputs()));
    }
    return options.outputs().get(i);
  }

  private Object[] dims(int output) {
    Shape shape = traces.results().get(0).get(output).getShape();
    Object[] dims = new Object[shape.dimension()];
    for (int axis = 0; axis < dims.length; axis++) {
      int fixedAxis = axis;
      long[] seen =
          traces.results().stream()
              .mapToLong(r -> r.get(output).getShape().get(fixedAxis))
              .toArray();
      Optional<SizePolynomial> fit = traces.fit(seen);
      boolean constant = fit.isPresent() && fit.get().isConstant();
      dims[axis] =
          constant
              ? (Object) seen[0]
              : fit.map(SizePolynomial::toString).orElse("output_%d_%d".formatted(output, axis));
    }
    return dims;
  }
}
