package io.github.ideal4j.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.onnx.trace.Tracing;
import java.util.function.UnaryOperator;

/** Frees what a part of a network computes on its way, as soon as the part is through. */
public final class Scopes {

  private Scopes() {}

  /**
   * Applies a part of a network and keeps its result only. Memory that is free at once is used
   * again while it is still in the cache; autograd keeps what it needs by itself.
   *
   * @param x stays with its manager, which also gets the result
   * @param part one array to another
   */
  public static NDArray within(NDArray x, UnaryOperator<NDArray> part) {
    if (Tracing.isTraced(x)) {
      return part.apply(x);
    }
    NDManager outer = x.getManager();
    try (NDManager scope = outer.newSubManager()) {
      x.tempAttach(scope);
      NDArray result = part.apply(x);
      result.attach(outer);
      return result;
    }
  }

  /**
   * Gives what was made of a long-lived array, as a parameter or a table, to the manager of a
   * short-lived one beside it. What is computed from an array belongs to its manager; with a
   * parameter's it would outlive the step, and its history with it.
   *
   * @return the array
   */
  public static NDArray beside(NDArray array, NDArray other) {
    if (!Tracing.isTraced(array) && !Tracing.isTraced(other)) {
      array.attach(other.getManager());
    }
    return array;
  }
}
