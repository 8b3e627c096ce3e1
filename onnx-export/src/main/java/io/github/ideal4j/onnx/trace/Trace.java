package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One recorded forward pass: the graph so far, and the plain array behind each value. Constants are
 * never shared while recording, so that those of several traces correspond by position.
 */
final class Trace implements AutoCloseable {

  private final GraphBuilder graph = new GraphBuilder("trace");
  private final NDManager plainManager;
  private final NDManager manager;
  private final IdentityHashMap<NDArray, Value> captured = new IdentityHashMap<>();
  private final IdentityHashMap<NDArray, String> parameters = new IdentityHashMap<>();
  private final Map<String, Shape> shapes = new HashMap<>();
  private final Map<String, NDArray> plainByName = new HashMap<>();
  private final Set<String> parameterNames = new HashSet<>();

  Trace(Block block, NDManager parent) {
    plainManager = parent.newSubManager();
    manager = TracedManager.proxy(this);
    graph.knowSizes(
        value -> Optional.ofNullable(shapes.get(value)).map(shape -> shape.getShape().clone()));
    for (Pair<String, Parameter> pair : block.getParameters()) {
      if (pair.getValue().isInitialized()) {
        parameters.putIfAbsent(pair.getValue().getArray(), pair.getKey());
      }
    }
  }

  GraphBuilder graph() {
    return graph;
  }

  NDManager manager() {
    return manager;
  }

  NDManager plainManager() {
    return plainManager;
  }

  /** The plain array of each named value, inputs and parameters included. */
  Map<String, NDArray> plainByName() {
    return plainByName;
  }

  /** The shape of each named value. */
  Map<String, Shape> shapes() {
    return shapes;
  }

  /** Marks the nodes that follow with an operation and its place in the code. */
  void at(String operation) {
    graph.docString(operation + " at " + CallSite.find());
  }

  /** Makes a proxy for a result. */
  NDArray wrap(NDArray plain, Value value, boolean constant) {
    NDScope.unregister(plain);
    if (plain.getManager() != plainManager && !parameters.containsKey(plain)) {
      plain.attach(plainManager);
    }
    remember(value, plain);
    return TracedArray.proxy(this, plain, value, constant);
  }

  /** A proxy for a parameter of the block. */
  NDArray parameter(Parameter parameter) {
    NDArray plain = parameter.getArray();
    if (!parameters.containsKey(plain)) {
      throw new ExportException(
          "parameter '%s' is used at %s but is not among the block's parameters; add it with addParameter"
              .formatted(parameter.getName(), CallSite.findWithBlock()));
    }
    return unchangeable(TracedArray.proxy(this, plain, value(plain), false));
  }

  /** A proxy for an input of the block. */
  NDArray input(InputSpec spec, NDArray plain) {
    Value value = graph.input(spec.name(), spec.type(), spec.dims().toArray());
    return unchangeable(wrap(plain, value, false));
  }

  private static NDArray unchangeable(NDArray array) {
    TracedArray.of(array).markFixed();
    return array;
  }

  /** The names of the parameters in use. */
  Set<String> parameterNames() {
    return parameterNames;
  }

  /** The plain array behind an argument. */
  NDArray plain(NDArray array) {
    TracedArray traced = TracedArray.of(array);
    if (traced == null) {
      return array;
    }
    if (traced.trace() != this) {
      throw new ExportException(
          "an array of an earlier forward pass is used at %s; do not keep arrays in fields"
              .formatted(CallSite.findWithBlock()));
    }
    return traced.plain();
  }

  /** The value of an argument; plain arrays become constants. */
  Value value(NDArray array) {
    TracedArray traced = TracedArray.of(array);
    return traced != null ? traced.value() : captured.computeIfAbsent(array, this::capture);
  }

  /** The value of an argument in an element type. */
  Value value(NDArray array, DataType type) {
    Value value = value(array);
    return array.getDataType() == type ? value : graph.cast(value, Types.element(type));
  }

  boolean isConstant(NDArray array) {
    TracedArray traced = TracedArray.of(array);
    return traced != null ? traced.isConstant() : !parameters.containsKey(array);
  }

  private Value capture(NDArray array) {
    String path = parameters.get(array);
    Value value =
        path == null
            ? graph.constant(Types.tensor(array))
            : graph.initializer(path, () -> Types.tensor(array));
    if (path != null) {
      parameterNames.add(path);
    }
    remember(value, array);
    return value;
  }

  private void remember(Value value, NDArray plain) {
    shapes.put(value.name(), plain.getShape());
    plainByName.put(value.name(), plain);
  }

  @Override
  public void close() {
    plainManager.close();
  }
}
