package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Which operations can be recorded, by method name: those of NDArray, and those of NDArrayEx. */
final class OperatorTable {

  private static final Map<String, Emitter> ARRAY = new HashMap<>();
  private static final Map<String, Emitter> EXTENDED = new HashMap<>();

  static {
    Elementwise.register();
    Reductions.register();
    Shapes.register();
    Lookups.register();
    Layers.register();
    Recurrence.register();
    Rearrangements.register();
  }

  private OperatorTable() {}

  /** Adds an operation of NDArray that has one result. */
  static void add(String name, Emitter.Single emitter) {
    addMany(name, call -> List.of(emitter.emit(call)));
  }

  /** Adds an operation of NDArray. */
  static void addMany(String name, Emitter emitter) {
    ARRAY.put(name, emitter);
  }

  /** Adds an operation of NDArrayEx that has one result. */
  static void extend(String name, Emitter.Single emitter) {
    EXTENDED.put(name, call -> List.of(emitter.emit(call)));
  }

  /** Adds an operation of NDArrayEx. */
  static void extendMany(String name, Emitter emitter) {
    EXTENDED.put(name, emitter);
  }

  /** The emitter of a method, null if it has none. */
  static Emitter find(Method method) {
    boolean array = method.getDeclaringClass().isAssignableFrom(NDArray.class);
    return (array ? ARRAY : EXTENDED).get(method.getName());
  }

  /** Default methods that are recorded as they are, although they could be run on the proxy. */
  static boolean intercepts(Method method) {
    Class<?>[] types = method.getParameterTypes();
    return switch (method.getName()) {
      case "get" -> types[0] == NDManager.class;
      case "set" ->
          types[0] == NDIndex.class
              && (types[1] == NDArray.class
                  || types[1] == Number.class
                  || types[1] == Function.class);
      case "setScalar" -> true;
      default -> false;
    };
  }
}
