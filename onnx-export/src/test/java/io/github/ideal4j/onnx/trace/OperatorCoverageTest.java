package io.github.ideal4j.onnx.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.nn.LambdaBlock;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.ideal4j.onnx.graph.ElementType;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every method of NDArray and NDArrayEx, found by reflection: it is exported and equals the engine,
 * or it is refused with a reason. {@code OPERATORS.md} is written from what happened: run with
 * {@code -Dideal.update=true} to renew it.
 */
class OperatorCoverageTest {

  private static final Path TABLE = Path.of("OPERATORS.md");

  /** Methods that tell what is known without a run, or that do nothing while tracing. */
  private static final Set<String> ANSWERED =
      Set.of(
          "attach",
          "close",
          "detach",
          "getArray",
          "getDataType",
          "getDevice",
          "getManager",
          "getName",
          "getNDArrayInternal",
          "getResourceNDArrays",
          "getShape",
          "getSparseFormat",
          "getUid",
          "hasGradient",
          "isEmpty",
          "isReleased",
          "isScalar",
          "isSparse",
          "returnResource",
          "setName",
          "setRequiresGradient",
          "shapeEquals",
          "size",
          "tempAttach",
          "toDebugString");

  /** What happened to a method. */
  private record Row(String status, Set<String> operators, Set<String> types, String reason) {}

  private final Map<String, Row> rows = new LinkedHashMap<>();

  private static List<Method> methods() {
    List<Method> methods = new ArrayList<>();
    for (Class<?> type : List.of(NDArray.class, NDArrayEx.class)) {
      Arrays.stream(type.getMethods())
          .filter(method -> !Modifier.isStatic(method.getModifiers()))
          .filter(method -> method.getDeclaringClass() != Object.class && !method.isBridge())
          .sorted(Comparator.comparing(Refusals::signature))
          .forEach(methods::add);
    }
    return methods;
  }

  private static String key(Method method) {
    boolean extended = method.getDeclaringClass() == NDArrayEx.class;
    return (extended ? "NDArrayEx." : "NDArray.") + Refusals.signature(method);
  }

  @TestFactory
  List<DynamicTest> everyMethodIsExportedOrRefused() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Method method : methods()) {
      tests.add(dynamicTest(key(method), () -> rows.put(key(method), examine(method))));
    }
    tests.add(dynamicTest("the table is current", this::tableIsCurrent));
    return tests;
  }

  private static Row examine(Method method) throws NoSuchMethodException {
    if (ANSWERED.contains(method.getName())) {
      assertAnswered(method);
      return new Row("answered", Set.of(), Set.of(), "");
    }
    if (Refusals.of(method) != null) {
      assertRefused(method);
      return new Row("refused", Set.of(), Set.of(), Refusals.of(method));
    }
    Set<String> operators = new TreeSet<>();
    Set<ElementType> types = new TreeSet<>();
    List<OperatorCases.Call> calls = OperatorCases.of(method);
    assertThat(calls).as("%s: neither a case nor a refusal", key(method)).isNotEmpty();
    List<String> problems = new ArrayList<>();
    for (ElementType type : OperatorCases.TYPES) {
      int passed = 0;
      int tried = 0;
      for (OperatorCases.Call call : calls) {
        if (call.types().contains(type)) {
          tried++;
          passed += export(method, call, type, operators, problems) ? 1 : 0;
        }
      }
      if (tried > 0 && passed == tried) {
        types.add(type);
      }
    }
    assertThat(types).as("%s: %s", key(method), problems).isNotEmpty();
    String status = isRecorded(method) ? "supported" : "lowered";
    Set<String> names =
        types.stream()
            .map(type -> type.name().toLowerCase(java.util.Locale.ROOT))
            .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
    return new Row(status, operators, names, "");
  }

  /** Whether a method is recorded itself, and not by the methods that it calls. */
  private static boolean isRecorded(Method method) throws NoSuchMethodException {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = manager.create(1f);
      Object plain =
          method.getDeclaringClass() == NDArrayEx.class ? array.getNDArrayInternal() : array;
      return OperatorTable.intercepts(method)
          || !plain.getClass().getMethod(method.getName(), method.getParameterTypes()).isDefault();
    }
  }

  private static boolean export(
      Method method,
      OperatorCases.Call call,
      ElementType type,
      Set<String> operators,
      List<String> problems) {
    LambdaBlock block = new LambdaBlock(list -> invoke(method, call, list));
    List<InputSpec> inputs = call.inputs().apply(type);
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, Long> sizes = Map.of("batch", 2L);
      invoke(method, call, SampleInputs.draw(inputs, sizes, 1).arrays(manager));
    } catch (RuntimeException e) {
      problems.add("engine: " + e.getMessage());
      return false;
    }
    try {
      ExportedModel model =
          OnnxExporter.export(
              block,
              inputs,
              ExportOptions.named("operator").withTolerance(new Tolerance(1e-5, 1e-5, 0)));
      model.model().getGraph().getNodeList().stream()
          .map(NodeProto::getOpType)
          .filter(operator -> !operator.equals("Identity"))
          .forEach(operators::add);
      return true;
    } catch (ExportException e) {
      assertThat(e.getMessage())
          .as("%s of %s must not be exported wrongly", key(method), type)
          .doesNotContain("differs from its block")
          .doesNotContain("in ONNX Runtime and");
      problems.add(type + ": " + e.getMessage());
      return false;
    }
  }

  private static NDList invoke(Method method, OperatorCases.Call call, NDList list) {
    NDArray x = list.get(0).duplicate();
    Object[] arguments = call.arguments().apply(list);
    Object target = method.getDeclaringClass() == NDArrayEx.class ? x.getNDArrayInternal() : x;
    Object result = invoke(method, target, arguments);
    if (result instanceof NDList many) {
      return many;
    }
    return new NDList(result == null ? x : (NDArray) result);
  }

  private static Object invoke(Method method, Object target, Object[] arguments) {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      throw new IllegalStateException(method + " fails", e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void withTraced(java.util.function.Consumer<NDArray> test) {
    LambdaBlock block = new LambdaBlock(list -> list);
    try (NDManager manager = NDManager.newBaseManager();
        Trace trace = new Trace(block, manager)) {
      List<InputSpec> inputs = List.of(InputSpec.floats("x", 2, 3));
      NDArray plain = SampleInputs.draw(inputs, Map.of(), 1).arrays(trace.plainManager()).get(0);
      test.accept(trace.input(inputs.get(0), plain));
    }
  }

  private static void assertRefused(Method method) {
    withTraced(
        array -> {
          Object target =
              method.getDeclaringClass() == NDArrayEx.class ? array.getNDArrayInternal() : array;
          assertThatThrownBy(
                  () -> invoke(method, target, OperatorCases.anyArguments(method, array)))
              .isInstanceOf(ExportException.class)
              .hasMessageContaining(method.getName())
              .hasMessageContaining(Refusals.of(method));
        });
  }

  private static void assertAnswered(Method method) {
    withTraced(
        array -> {
          Object target =
              method.getDeclaringClass() == NDArrayEx.class ? array.getNDArrayInternal() : array;
          invoke(method, target, OperatorCases.anyArguments(method, array));
          assertThat(TracedArray.of(array).trace().graph().nodes()).isEmpty();
        });
  }

  private void tableIsCurrent() throws IOException {
    assertThat(rows).as("a method failed, so there is no table").hasSize(methods().size());
    String text = table();
    if (Boolean.getBoolean("ideal.update")) {
      Files.writeString(TABLE, text);
    }
    assertThat(TABLE).as("renew it with -Dideal.update=true").content().isEqualTo(text);
  }

  private String table() {
    StringBuilder text = new StringBuilder();
    long exported = count("supported") + count("lowered");
    text.append(
        """
        # Operators that can be exported

        Written by `OperatorCoverageTest` from what it saw; do not edit. Every method of DJL's
        `NDArray` and `NDArrayEx` is listed: %d are exported, %d answered without a node, %d refused.

        *supported*: recorded as ONNX operators (opset 20). *lowered*: DJL's own default method
        runs and comes down to supported ones. *answered*: shape, type and the like, known while
        tracing. *refused*: the export fails with the reason given below. Types are those of the
        first array for which ONNX Runtime on the CPU equals the engine at sizes that were not
        traced, within 1e-5 of the largest value.
        """
            .formatted(exported, count("answered"), count("refused")));
    for (String type : List.of("NDArray", "NDArrayEx")) {
      text.append(
          "\n## %s\n\n| method | status | ONNX operators | types |\n|---|---|---|---|\n"
              .formatted(type));
      rows.forEach(
          (key, row) -> {
            if (key.startsWith(type + ".")) {
              text.append(line(key.substring(type.length() + 1), row));
            }
          });
    }
    text.append("\n## Why methods are refused\n\n| method | reason |\n|---|---|\n");
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    rows.forEach(
        (key, row) -> {
          if (row.status().equals("refused")) {
            byReason
                .computeIfAbsent(row.reason(), reason -> new ArrayList<>())
                .add("`" + key + "`");
          }
        });
    byReason.forEach(
        (reason, keys) -> text.append("| %s | %s |\n".formatted(String.join(", ", keys), reason)));
    return text.toString();
  }

  private static String line(String signature, Row row) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            signature,
            row.status(),
            String.join(", ", row.operators()),
            String.join(", ", row.types()));
  }

  private long count(String status) {
    return rows.values().stream().filter(row -> row.status().equals(status)).count();
  }
}
