package io.github.ideal4j.onnx.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Builds an ONNX graph node by node. Values are used in the order in which they are made, so a
 * finished graph is sorted. Bodies of {@code Loop} and {@code If} are builders from {@link
 * #body(String)}: they may use every value that was made before the node that holds them. Not
 * thread-safe.
 *
 * <pre>{@code
 * GraphBuilder graph = new GraphBuilder("double");
 * Value x = graph.input("x", ElementType.FLOAT, "batch", 3);
 * graph.output(graph.op("Add", x, x), "y", ElementType.FLOAT, "batch", 3);
 * ModelProto model = graph.toModel();
 * }</pre>
 */
public final class GraphBuilder {

  /** Version of the standard operators. */
  public static final int OPSET = 20;

  /** Version of the file format. */
  public static final int IR_VERSION = 10;

  private final String name;
  private final Set<String> names;
  private final Map<String, Integer> domains;
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final List<ValueInfoProto> outputs = new ArrayList<>();
  private final List<NodeProto> nodes = new ArrayList<>();
  private final Map<String, Supplier<TensorProto>> initializers = new LinkedHashMap<>();
  private String docString = "";
  private Function<String, Optional<long[]>> sizes = value -> Optional.empty();

  /** An empty graph. */
  public GraphBuilder(String name) {
    this(name, new HashSet<>(), new TreeMap<>(Map.of("", OPSET)));
  }

  private GraphBuilder(String name, Set<String> names, Map<String, Integer> domains) {
    this.name = name;
    this.names = names;
    this.domains = domains;
  }

  /**
   * An empty body, for {@link Attribute#of(String, GraphBuilder)}; its names never clash with ours.
   */
  public GraphBuilder body(String bodyName) {
    return new GraphBuilder(bodyName, names, domains);
  }

  /** Declares an operator domain besides the standard one, for example {@code com.microsoft} 1. */
  public void useDomain(String domain, int version) {
    Integer other = domains.putIfAbsent(domain, version);
    if (other != null && other != version) {
      throw new IllegalArgumentException(
          "domain '%s' is used in version %d already, not %d".formatted(domain, other, version));
    }
  }

  /**
   * Tells sizes that are known already: {@code Shape} of such a value becomes a constant.
   *
   * @param newSizes from the name of a value to its sizes, empty where they are not known
   */
  public void knowSizes(Function<String, Optional<long[]>> newSizes) {
    sizes = newSizes;
  }

  /** Comment of the next nodes; in a traced graph, the place in the Java code they come from. */
  public void docString(String text) {
    docString = text;
  }

  /**
   * Declares an input.
   *
   * @param dims integers for fixed sizes, strings for symbols
   * @throws IllegalArgumentException if the name is taken
   */
  public Value input(String inputName, ElementType type, Object... dims) {
    Value value = new Value(claim(inputName));
    inputs.add(Types.declare(inputName, type, dims));
    return value;
  }

  /** Declares an input that takes tensors of any shape. */
  public Value inputOfAnyShape(String inputName, ElementType type) {
    Value value = new Value(claim(inputName));
    inputs.add(Types.declareAnyShape(inputName, type));
    return value;
  }

  /** Declares an input under a free name that starts with {@code base}, as bodies need it. */
  public Value bodyInput(String base, ElementType type, Object... dims) {
    Value value = new Value(fresh(base));
    inputs.add(Types.declare(value.name(), type, dims));
    return value;
  }

  /** Adds a constant under its own name. */
  public Value initializer(String initializerName, TensorProto tensor) {
    return initializer(initializerName, () -> tensor);
  }

  /** Adds a constant under its own name, whose content is made when the graph is finished. */
  public Value initializer(String initializerName, Supplier<TensorProto> tensor) {
    Value value = new Value(claim(initializerName));
    initializers.put(initializerName, tensor);
    return value;
  }

  /** Adds a constant under a free name. */
  public Value constant(TensorProto tensor) {
    String constantName = fresh("const");
    initializers.put(constantName, () -> tensor);
    return new Value(constantName);
  }

  /** A one-dimensional int64 constant: shapes, axes, starts, ends. */
  public Value longs(long... values) {
    return constant(Tensors.longs(values, values.length));
  }

  /** A float32 constant of shape {@code []}. */
  public Value scalar(float value) {
    return scalar(ElementType.FLOAT, value);
  }

  /** A constant of shape {@code []}. */
  public Value scalar(ElementType type, Number value) {
    return constant(Tensors.filled(type, value));
  }

  /** Adds a standard operator without attributes that has one result. */
  public Value op(String operator, Value... operands) {
    return node(operator, Arrays.asList(operands));
  }

  /** Adds a standard operator that has one result. */
  public Value node(String operator, List<Value> operands, Attribute... attributes) {
    return nodes("", operator, operands, 1, attributes).get(0);
  }

  /**
   * Adds an operator.
   *
   * @param domain empty for standard operators; others must be declared with {@link #useDomain}
   * @param operands values; {@link Value#NONE} leaves an optional one out
   * @param results how many results are wanted
   * @throws IllegalArgumentException if an operand was not made by this graph or one it is a body
   *     of
   */
  public List<Value> nodes(
      String domain, String operator, List<Value> operands, int results, Attribute... attributes) {
    if (!domains.containsKey(domain)) {
      throw new IllegalArgumentException(
          "domain '%s' of %s is unknown; declare it with useDomain".formatted(domain, operator));
    }
    operands.forEach(value -> known(value, operator));
    if (operator.equals("Shape") && attributes.length == 0) {
      Optional<long[]> known = sizes.apply(operands.get(0).name());
      if (known.isPresent()) {
        return List.of(longs(known.get()));
      }
    }
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setDomain(domain);
    operands.forEach(value -> node.addInput(value.name()));
    for (Attribute attribute : attributes) {
      node.addAttribute(attribute.proto());
    }
    List<Value> made = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      made.add(new Value(fresh(operator.toLowerCase(Locale.ROOT))));
      node.addOutput(made.get(i).name());
    }
    nodes.add(node.setName(made.get(0).name()).setDocString(docString).build());
    return made;
  }

  /** Adds a finished node as it is; its result names must be free. */
  public void add(NodeProto node) {
    node.getOutputList().stream().filter(output -> !output.isEmpty()).forEach(this::claim);
    nodes.add(node);
  }

  /** Converts elements to another type. */
  public Value cast(Value value, ElementType type) {
    return node("Cast", List.of(value), Attribute.of("to", type.code()));
  }

  /** Gives a tensor another shape; -1 is what remains, 0 is the input's size at the same place. */
  public Value reshape(Value value, long... dims) {
    return op("Reshape", value, longs(dims));
  }

  /** Puts axes into another order. */
  public Value transpose(Value value, long... order) {
    return node("Transpose", List.of(value), Attribute.of("perm", order));
  }

  /** The range {@code start} to {@code end} (excluded) of one axis. */
  public Value slice(Value value, long axis, long start, long end) {
    return op("Slice", value, longs(start), longs(end), longs(axis));
  }

  /** Joins tensors along an axis. */
  public Value concat(long axis, Value... values) {
    return node("Concat", Arrays.asList(values), Attribute.of("axis", axis));
  }

  /** Picks along an axis by index; a scalar index removes the axis. */
  public Value gather(Value value, Value indices, long axis) {
    return node("Gather", List.of(value, indices), Attribute.of("axis", axis));
  }

  /** Declares an output; a value with another name gets this one through an Identity. */
  public void output(Value value, String outputName, ElementType type, Object... dims) {
    known(value, "output '%s'".formatted(outputName));
    if (!value.name().equals(outputName)) {
      claim(outputName);
      nodes.add(
          NodeProto.newBuilder()
              .setOpType("Identity")
              .setName(outputName)
              .addInput(value.name())
              .addOutput(outputName)
              .build());
    }
    outputs.add(Types.declare(outputName, type, dims));
  }

  /** Declares a value that exists already as an output under its own name: for bodies. */
  public void output(Value value, ElementType type, Object... dims) {
    output(value, value.name(), type, dims);
  }

  /**
   * Puts a finished model's graph into this one. Its inputs are replaced by our values, everything
   * else gets the prefix.
   *
   * @param model uses no newer operators than {@link #OPSET}
   * @param prefix in front of all names of the model
   * @param arguments a value for each input of the model
   * @return the values of the model's outputs, in its order
   * @throws IllegalArgumentException if an input has no value or a value no input
   */
  public List<Value> inline(ModelProto model, String prefix, Map<String, Value> arguments) {
    model.getOpsetImportList().forEach(opset -> checkOpset(model, opset));
    return new GraphInliner(this, prefix).inline(model.getGraph(), arguments);
  }

  private void checkOpset(ModelProto model, OperatorSetIdProto opset) {
    boolean standard = opset.getDomain().isEmpty() || opset.getDomain().equals("ai.onnx");
    if (!standard) {
      useDomain(opset.getDomain(), Math.toIntExact(opset.getVersion()));
    } else if (opset.getVersion() > OPSET) {
      throw new IllegalArgumentException(
          "graph '%s' uses opset %d; at most %d can be taken in"
              .formatted(model.getGraph().getName(), opset.getVersion(), OPSET));
    }
  }

  /** Nodes so far, in order. */
  public List<NodeProto> nodes() {
    return List.copyOf(nodes);
  }

  /** Constants so far by name, in order. */
  public Map<String, Supplier<TensorProto>> initializers() {
    return new LinkedHashMap<>(initializers);
  }

  /** The graph alone, as bodies need it. */
  public GraphProto toGraph() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(name);
    graph.addAllInput(inputs).addAllOutput(outputs).addAllNode(nodes);
    initializers.forEach(
        (key, tensor) -> graph.addInitializer(tensor.get().toBuilder().setName(key)));
    return graph.build();
  }

  /** The graph as a model. */
  public ModelProto toModel() {
    ModelProto.Builder model =
        ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName("ideal4j");
    domains.forEach(
        (domain, version) ->
            model.addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    return model.setGraph(toGraph()).build();
  }

  /** A name that nothing has yet, starting with {@code base}; it is taken from now on. */
  public String fresh(String base) {
    int number = names.size();
    while (!names.add(base + "_" + number)) {
      number++;
    }
    return base + "_" + number;
  }

  private void known(Value value, String user) {
    if (!value.equals(Value.NONE) && !names.contains(value.name())) {
      throw new IllegalArgumentException(
          "%s takes '%s', which is no value of graph '%s'; values stay in the graph they were made in"
              .formatted(user, value.name(), name));
    }
  }

  private String claim(String wanted) {
    if (wanted.isEmpty() || !names.add(wanted)) {
      throw new IllegalArgumentException(
          "name '%s' in graph '%s' is empty or taken; choose another".formatted(wanted, name));
    }
    return wanted;
  }
}
