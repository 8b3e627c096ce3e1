package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What stands behind the manager of traced arrays. Arrays made from Java values are constants;
 * those made from a shape or a range are nodes, so that the shape or range may depend on a size.
 */
final class TracedManager implements InvocationHandler {

  private static final Set<String> IGNORED =
      Set.of(
          "attachInternal",
          "attachUncappedInternal",
          "tempAttachInternal",
          "detachInternal",
          "close",
          "cap",
          "setName",
          "attachAll",
          "tempAttachAll");
  private static final Set<String> PLAIN =
      Set.of("defaultDevice", "getDevice", "getEngine", "getName", "isOpen", "allocateDirect");
  private static final Set<String> FILLED = Set.of("zeros", "ones", "full");
  private static final Set<String> RANDOM = Set.of("random", "sample", "truncatedNormal");
  private static final Set<String> CONSTANTS = Set.of("eye", "linspace", "hanningWindow");

  private final Trace trace;

  private TracedManager(Trace trace) {
    this.trace = trace;
  }

  static NDManager proxy(Trace trace) {
    return Proxies.of(NDManager.class, new TracedManager(trace));
  }

  @Override
  public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    Object[] args = arguments == null ? new Object[0] : arguments;
    if (IGNORED.contains(name)) {
      return null;
    }
    if (PLAIN.contains(name) || method.getDeclaringClass() == Object.class) {
      return name.equals("equals")
          ? self == args[0]
          : Proxies.call(trace.plainManager(), method, args);
    }
    return switch (name) {
      case "newSubManager", "getParentManager" -> self;
      case "getManagedArrays" -> List.of();
      case "ret" -> args[0];
      case "from" -> Tracing.isTraced((NDArray) args[0]) ? args[0] : create((NDArray) args[0]);
      default -> make(method, args);
    };
  }

  private NDArray make(Method method, Object[] args) throws Throwable {
    String name = method.getName();
    trace.at("manager." + name);
    boolean shaped = args.length > 0 && args[0] instanceof Shape;
    if (name.equals("create") && shaped) {
      return filled(trace.plainManager().zeros((Shape) args[0], type(args)), 0);
    }
    if (FILLED.contains(name)) {
      Number number = name.equals("full") ? (Number) args[1] : name.equals("ones") ? 1 : 0;
      return filled((NDArray) Proxies.call(trace.plainManager(), method, args), number);
    }
    if (name.equals("arange")) {
      return range((NDArray) Proxies.call(trace.plainManager(), method, args), args);
    }
    if ((name.equals("create") && !shaped) || CONSTANTS.contains(name)) {
      return create((NDArray) Proxies.call(trace.plainManager(), method, args));
    }
    boolean random = RANDOM.stream().anyMatch(name::startsWith);
    throw new ExportException(
        "NDManager.%s at %s %s"
            .formatted(
                name,
                CallSite.findWithBlock(),
                random
                    ? "draws random numbers, so that no run could be repeated; pass the noise as an input"
                    : "cannot be exported; pass the array as an input"));
  }

  private NDArray create(NDArray plain) {
    return trace.wrap(plain, trace.graph().constant(Types.tensor(plain)), true);
  }

  private NDArray filled(NDArray plain, Number number) {
    GraphBuilder graph = trace.graph();
    Value scalar = graph.scalar(Types.element(plain.getDataType()), number);
    long[] dims = plain.getShape().getShape().clone();
    Value value = dims.length == 0 ? scalar : graph.op("Expand", scalar, graph.longs(dims));
    return trace.wrap(plain, value, true);
  }

  private NDArray range(NDArray plain, Object[] args) {
    List<Number> numbers =
        Arrays.stream(args).filter(Number.class::isInstance).map(Number.class::cast).toList();
    Number start = numbers.size() == 1 ? 0 : numbers.get(0);
    Number stop = numbers.size() == 1 ? numbers.get(0) : numbers.get(1);
    Number step = numbers.size() == 3 ? numbers.get(2) : 1;
    GraphBuilder graph = trace.graph();
    DataType computed = Types.wide(plain.getDataType());
    ElementType type = Types.element(computed);
    Value value =
        graph.op(
            "Range", graph.scalar(type, start), graph.scalar(type, stop), graph.scalar(type, step));
    boolean same = computed == plain.getDataType();
    return trace.wrap(
        plain, same ? value : graph.cast(value, Types.element(plain.getDataType())), true);
  }

  private static DataType type(Object[] args) {
    return Arrays.stream(args)
        .filter(DataType.class::isInstance)
        .map(DataType.class::cast)
        .findFirst()
        .orElse(DataType.FLOAT32);
  }
}
