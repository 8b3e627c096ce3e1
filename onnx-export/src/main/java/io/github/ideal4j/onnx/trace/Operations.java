package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.github.ideal4j.onnx.graph.Value;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs one operation on the plain arrays, and records it. */
final class Operations {

  private static final Map<String, String> IN_PLACE =
      Map.of(
          "addi", "add", "subi", "sub", "muli", "mul", "divi", "div", "modi", "mod", "powi", "pow",
          "signi", "sign", "negi", "neg");

  /** Operations whose result may share memory with the array they are called on. */
  private static final Set<String> VIEWS =
      Set.of(
          "get",
          "reshape",
          "expandDims",
          "squeeze",
          "transpose",
          "swapAxes",
          "flatten",
          "split",
          "broadcast",
          "stopGradient",
          "toType",
          "toDevice",
          "dropout");

  private Operations() {}

  /** Calls {@code method} on {@code target}, the plain array of {@code self} or its NDArrayEx. */
  static Object run(TracedArray self, Object target, Method method, Object[] args)
      throws Throwable {
    String name = method.getName();
    if (IN_PLACE.containsKey(name)) {
      Method pure = NDArray.class.getMethod(IN_PLACE.get(name), method.getParameterTypes());
      return replace(self, (NDArray) run(self, target, pure, args));
    }
    if (name.equals("set") || name.equals("setScalar")) {
      return IndexOperations.set(self, args);
    }
    Emitter emitter = OperatorTable.find(method);
    if (emitter == null) {
      return refuseOrRead(self, target, method, args);
    }
    self.trace().at(name);
    Object result = Proxies.call(target, method, plainArguments(self.trace(), args));
    Call call =
        new Call(
            self,
            name,
            Arrays.asList(args),
            result instanceof NDList list ? list : new NDList((NDArray) result));
    return record(call, emitter, result instanceof NDList);
  }

  private static Object record(Call call, Emitter emitter, boolean isList) {
    List<Value> values = emitter.emit(call);
    NDList results = new NDList();
    boolean view = VIEWS.contains(call.name());
    for (int i = 0; i < call.results().size(); i++) {
      NDArray wrapped = call.trace().wrap(call.results().get(i), values.get(i), call.isConstant());
      if (view) {
        TracedArray.of(wrapped).markViewOf(viewed(call));
      }
      results.add(wrapped);
    }
    return isList ? results : results.get(0);
  }

  /** The operators of NDArrayEx take what they work on as an argument. */
  private static TracedArray viewed(Call call) {
    TracedArray argument =
        call.name().equals("dropout") ? TracedArray.of(call.array(0)) : call.self();
    return argument == null ? call.self() : argument;
  }

  private static NDArray replace(TracedArray self, NDArray result) {
    TracedArray made = TracedArray.of(result.toType(self.plain().getDataType(), false));
    self.rebind(made.plain(), made.value());
    return self.proxy();
  }

  /** Refuses an operation, unless it reads a constant that no input can change. */
  static Object refuseOrRead(TracedArray self, Object target, Method method, Object[] args)
      throws Throwable {
    Class<?> type = method.getReturnType();
    boolean reads = !NDArray.class.isAssignableFrom(type) && !NDList.class.isAssignableFrom(type);
    if (reads && self.isConstant() && type != void.class) {
      return Proxies.call(target, method, plainArguments(self.trace(), args));
    }
    String reason = Refusals.of(method);
    throw new ExportException(
        "%s.%s at %s %s"
            .formatted(
                method.getDeclaringClass().getSimpleName(),
                method.getName(),
                CallSite.findWithBlock(),
                reason != null
                    ? reason
                    : "has no ONNX form; express it with other operations, or wrap it in Tracing.custom"));
  }

  /** The error for code that compares a traced array. */
  static ExportException comparesValues() {
    return new ExportException(
        "equals at %s reads the values of a traced array; a graph cannot depend on them: use eq"
            .formatted(CallSite.findWithBlock()));
  }

  /** Replaces traced arguments by what is behind them. */
  static Object[] plainArguments(Trace trace, Object[] args) {
    Object[] plain = args.clone();
    for (int i = 0; i < args.length; i++) {
      if (args[i] instanceof NDArray array) {
        plain[i] = trace.plain(array);
      } else if (args[i] instanceof NDList list) {
        plain[i] = plainList(trace, list);
      } else if (args[i] instanceof NDIndex index) {
        plain[i] = IndexOperations.plain(trace, index);
      } else if (args[i] instanceof NDManager) {
        plain[i] = trace.plainManager();
      }
    }
    return plain;
  }

  private static NDList plainList(Trace trace, NDList list) {
    List<NDArray> arrays = new ArrayList<>();
    list.forEach(array -> arrays.add(trace.plain(array)));
    return new NDList(arrays);
  }
}
