package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;
import io.github.ideal4j.onnx.graph.Value;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;

/**
 * What stands behind a traced {@link NDArray}: a plain array with this pass's values, and the name
 * of the graph's value. Operations in place give it another array and another name.
 */
final class TracedArray implements InvocationHandler {

  private static final Set<String> IGNORED =
      Set.of(
          "attach",
          "tempAttach",
          "detach",
          "close",
          "setName",
          "setRequiresGradient",
          "returnResource");
  private static final Set<String> FACTS =
      Set.of(
          "getShape",
          "getDataType",
          "getDevice",
          "getUid",
          "getName",
          "isReleased",
          "hasGradient",
          "size",
          "isScalar",
          "isEmpty",
          "shapeEquals");

  private final Trace trace;
  private final boolean constant;
  private NDArray plain;
  private Value value;
  private Memory memory = new Memory(false);
  private int seen;
  private NDArray proxy;

  private TracedArray(Trace trace, NDArray plain, Value value, boolean constant) {
    this.trace = trace;
    this.plain = plain;
    this.value = value;
    this.constant = constant;
  }

  static NDArray proxy(Trace trace, NDArray plain, Value value, boolean constant) {
    TracedArray handler = new TracedArray(trace, plain, value, constant);
    handler.proxy = Proxies.of(NDArray.class, handler);
    return handler.proxy;
  }

  /** The handler behind an array, or null for a plain one. */
  static TracedArray of(NDArray array) {
    return Proxy.isProxyClass(array.getClass())
            && Proxy.getInvocationHandler(array) instanceof TracedArray traced
        ? traced
        : null;
  }

  Trace trace() {
    return trace;
  }

  NDArray plain() {
    memory.require(seen);
    return plain;
  }

  Value value() {
    memory.require(seen);
    return value;
  }

  /** The array as blocks see it. */
  NDArray proxy() {
    return proxy;
  }

  /** Whether the values do not depend on inputs or parameters. */
  boolean isConstant() {
    return constant;
  }

  /** Says that this is an input or a parameter. */
  void markFixed() {
    memory = new Memory(true);
  }

  /** Says that this array may share the memory of another one. */
  void markViewOf(TracedArray other) {
    memory = other.memory;
    seen = other.seen;
  }

  /** Gives this array new content. */
  void rebind(NDArray newPlain, Value newValue) {
    seen = memory.change();
    plain = newPlain;
    value = newValue;
  }

  @Override
  public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    Object[] args = arguments == null ? new Object[0] : arguments;
    if (method.getDeclaringClass() == Object.class || name.equals("toDebugString")) {
      return ofObject(name, args);
    }
    if (IGNORED.contains(name)) {
      return null;
    }
    if (FACTS.contains(name)) {
      return Proxies.call(plain, method, Operations.plainArguments(trace, args));
    }
    return switch (name) {
      case "getManager" -> trace.manager();
      case "getSparseFormat" -> SparseFormat.DENSE;
      case "isSparse" -> false;
      case "getResourceNDArrays" -> List.of(proxy);
      case "getNDArrayInternal" -> TracedOperators.proxy(this);
      default -> operate(method, args);
    };
  }

  private Object operate(Method method, Object[] args) throws Throwable {
    if (Refusals.of(method) != null) {
      return Operations.refuseOrRead(this, plain, method, args);
    }
    if (!OperatorTable.intercepts(method) && isPlainDefault(method)) {
      return InvocationHandler.invokeDefault(proxy, method, args);
    }
    return Operations.run(this, plain, method, args);
  }

  /** A default method that the engine does not override is run as it is, on the proxy. */
  private boolean isPlainDefault(Method method) throws NoSuchMethodException {
    return method.isDefault()
        && plain.getClass().getMethod(method.getName(), method.getParameterTypes()).isDefault();
  }

  private Object ofObject(String name, Object[] args) {
    return switch (name) {
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" -> equalTo(args[0]);
      default -> "traced %s %s %s".formatted(value, plain.getShape(), plain.getDataType());
    };
  }

  private boolean equalTo(Object other) {
    if (other == proxy || !(other instanceof NDArray)) {
      return other == proxy;
    }
    throw Operations.comparesValues();
  }
}
