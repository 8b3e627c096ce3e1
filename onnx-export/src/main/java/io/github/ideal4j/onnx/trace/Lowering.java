package io.github.ideal4j.onnx.trace;

import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.List;

/**
 * Writes one operation as ONNX nodes. Sizes that may change between runs must go into int64
 * constants made by {@link GraphBuilder#longs}, never into attributes: several sizes are traced,
 * and constants that differ become computations on the sizes of the inputs.
 */
@FunctionalInterface
public interface Lowering {

  /**
   * Adds the operation's nodes.
   *
   * @param graph where nodes go
   * @param inputs the values of the inputs, {@link Value#NONE} where an input was null
   * @return the value of the result
   */
  Value emit(GraphBuilder graph, List<Value> inputs);
}
