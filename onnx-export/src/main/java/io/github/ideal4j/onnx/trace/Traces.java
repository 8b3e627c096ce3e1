package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Recorded passes of one block at all corners of its symbols' sizes, and last at their probes. They
 * must consist of the same nodes; what differs must be constants.
 *
 * @param symbols in bit order of the corners
 * @param all corners, then the probe; one only if there are no symbols
 * @param results the results of each pass
 */
record Traces(List<Symbol> symbols, List<Trace> all, List<List<NDArray>> results) {

  Trace first() {
    return all.get(0);
  }

  /** Refuses passes that took different ways through the Java code. */
  void checkSameNodes() {
    List<NodeProto> expected = first().graph().nodes();
    for (Trace trace : all) {
      List<NodeProto> nodes = trace.graph().nodes();
      for (int i = 0; i < Math.min(nodes.size(), expected.size()); i++) {
        checkSame(expected.get(i), nodes.get(i));
      }
      if (nodes.size() != expected.size()) {
        List<NodeProto> longer = nodes.size() > expected.size() ? nodes : expected;
        NodeProto extra = longer.get(Math.min(nodes.size(), expected.size()));
        throw differs("runs at some sizes only", extra);
      }
    }
  }

  private void checkSame(NodeProto expected, NodeProto node) {
    if (!expected.getOpType().equals(node.getOpType())
        || !expected.getInputList().equals(node.getInputList())
        || !expected.getOutputList().equals(node.getOutputList())) {
      throw differs("is not the same at all sizes", node);
    }
    if (!expected.getAttributeList().equals(node.getAttributeList())) {
      throw differs("has settings that depend on a size", node);
    }
  }

  private ExportException differs(String what, NodeProto node) {
    return new ExportException(
        "%s (%s) %s of %s; a graph cannot branch on sizes: fix that size, or choose another probe if the block is not made for it"
            .formatted(node.getDocString(), node.getOpType(), what, names()));
  }

  private List<String> names() {
    return symbols.stream().map(Symbol::name).toList();
  }

  /** The contents of a constant in each pass. */
  List<TensorProto> contents(String name) {
    List<TensorProto> contents = new ArrayList<>();
    for (Trace trace : all) {
      contents.add(trace.graph().initializers().get(name).get());
    }
    return contents;
  }

  /** Element {@code index} of a constant as a polynomial. */
  SizePolynomial element(List<TensorProto> contents, int index, NodeProto user) {
    long[] values = new long[contents.size()];
    for (int t = 0; t < values.length; t++) {
      values[t] = whole(contents.get(t), index, user);
    }
    return fit(values).orElseThrow(() -> differs("needs a number that is no polynomial", user));
  }

  /** Fits numbers seen in each pass. */
  Optional<SizePolynomial> fit(long[] values) {
    if (symbols.isEmpty()) {
      return SizePolynomial.fit(symbols, values);
    }
    int corners = values.length - 1;
    return SizePolynomial.fit(symbols, java.util.Arrays.copyOf(values, corners))
        .filter(polynomial -> polynomial.atProbe() == values[corners]);
  }

  private long whole(TensorProto tensor, int index, NodeProto user) {
    var bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    double value =
        switch (tensor.getDataType()) {
          case TensorProto.DataType.INT64_VALUE -> bytes.getLong(8 * index);
          case TensorProto.DataType.INT32_VALUE -> bytes.getInt(4 * index);
          case TensorProto.DataType.FLOAT_VALUE -> bytes.getFloat(4 * index);
          case TensorProto.DataType.DOUBLE_VALUE -> bytes.getDouble(8 * index);
          default -> Double.NaN;
        };
    if (value != Math.rint(value) || tensor.getDimsCount() > 1) {
      throw differs("needs a constant that depends on the value", user);
    }
    return tensor.getDataType() == TensorProto.DataType.INT64_VALUE
        ? bytes.getLong(8 * index)
        : (long) value;
  }

  /** Size {@code axis} of a value in each pass; null if the value is not known. */
  long[] sizes(String value, int axis) {
    long[] sizes = new long[all.size()];
    for (int t = 0; t < sizes.length; t++) {
      var shape = all.get(t).shapes().get(value);
      if (shape == null || axis < 0 || axis >= shape.dimension()) {
        return new long[0];
      }
      sizes[t] = shape.get(axis);
    }
    return sizes;
  }
}
