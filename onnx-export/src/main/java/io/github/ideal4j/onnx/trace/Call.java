package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * One call of an operation: its arguments as they were written, and the engine's results, whose
 * shapes and types the nodes must have.
 */
record Call(TracedArray self, String name, List<Object> args, NDList results) {

  Trace trace() {
    return self.trace();
  }

  GraphBuilder graph() {
    return self.trace().graph();
  }

  int count() {
    return args.size();
  }

  Value x() {
    return self.value();
  }

  Value x(DataType type) {
    return trace().value(self.proxy(), type);
  }

  Shape shape() {
    return self.plain().getShape();
  }

  int rank() {
    return shape().dimension();
  }

  DataType type() {
    return self.plain().getDataType();
  }

  NDArray result() {
    return results.get(0);
  }

  DataType resultType() {
    return result().getDataType();
  }

  /** The sizes of the result, to keep. */
  long[] resultDims() {
    return result().getShape().getShape().clone();
  }

  Object arg(int i) {
    return args.get(i);
  }

  int integer(int i) {
    return ((Number) args.get(i)).intValue();
  }

  float real(int i) {
    return ((Number) args.get(i)).floatValue();
  }

  boolean flag(int i) {
    return (Boolean) args.get(i);
  }

  NDArray array(int i) {
    return (NDArray) args.get(i);
  }

  long[] dims(int i) {
    return ((Shape) args.get(i)).getShape().clone();
  }

  /** An axis counted from the front. */
  int axis(int i) {
    return axis(integer(i), rank());
  }

  static int axis(int axis, int rank) {
    return axis < 0 ? axis + rank : axis;
  }

  /** An argument as a value: a traced or plain array, or a number. */
  Value value(int i, DataType type) {
    if (args.get(i) instanceof Number number) {
      return graph().scalar(Types.element(type), number);
    }
    return trace().value(array(i), type);
  }

  /** An array argument, NONE for null. */
  Value optional(int i) {
    return args.get(i) == null ? Value.NONE : trace().value(array(i));
  }

  /** Converts a value from the type it was computed in to the result's. */
  Value narrow(Value value, DataType computed) {
    return computed == resultType() ? value : graph().cast(value, Types.element(resultType()));
  }

  Value node(String operator, List<Value> inputs, Attribute... attributes) {
    return graph().node(operator, inputs, attributes);
  }

  ExportException refuse(String reason) {
    return new ExportException("%s at %s: %s".formatted(name, CallSite.findWithBlock(), reason));
  }

  /** Whether neither this array nor an argument depends on inputs or parameters. */
  boolean isConstant() {
    return self.isConstant() && arrays().stream().allMatch(trace()::isConstant);
  }

  private List<NDArray> arrays() {
    List<NDArray> arrays = new ArrayList<>();
    for (Object arg : args) {
      if (arg instanceof NDArray array) {
        arrays.add(array);
      } else if (arg instanceof NDList list) {
        arrays.addAll(list);
      } else if (arg instanceof NDIndex index) {
        arrays.addAll(IndexOperations.arrays(index));
      }
    }
    return arrays;
  }
}
