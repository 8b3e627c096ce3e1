package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.onnx.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The hook for operators that DJL's interfaces do not have, such as calls into TorchScript: they
 * bring their own ONNX form.
 */
public final class Tracing {

  private Tracing() {}

  /** Whether an array is a recording proxy, so that its values must not be read. */
  public static boolean isTraced(NDArray array) {
    return array != null && TracedArray.of(array) != null;
  }

  /**
   * Runs an operator, and records it if one of its inputs is traced.
   *
   * @param name names the operator in comments and errors
   * @param inputs arrays, null for an optional one that is missing
   * @param eager computes the result from plain arrays in the same order
   * @param lowering writes the same computation as ONNX nodes
   * @return the result; traced if an input is
   */
  public static NDArray custom(
      String name,
      List<NDArray> inputs,
      Function<List<NDArray>, NDArray> eager,
      Lowering lowering) {
    TracedArray first =
        inputs.stream().filter(Tracing::isTraced).map(TracedArray::of).findFirst().orElse(null);
    if (first == null) {
      return eager.apply(inputs);
    }
    return record(first.trace(), name, inputs, eager, lowering);
  }

  private static NDArray record(
      Trace trace,
      String name,
      List<NDArray> inputs,
      Function<List<NDArray>, NDArray> eager,
      Lowering lowering) {
    List<NDArray> plain = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    boolean constant = true;
    trace.at(name);
    for (NDArray input : inputs) {
      plain.add(input == null ? null : trace.plain(input));
      values.add(input == null ? Value.NONE : trace.value(input));
      constant &= input == null || trace.isConstant(input);
    }
    NDArray result = eager.apply(plain);
    return trace.wrap(result, lowering.emit(trace.graph(), values), constant);
  }
}
