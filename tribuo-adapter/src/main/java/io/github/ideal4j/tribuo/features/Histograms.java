package io.github.ideal4j.tribuo.features;

import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Tensors;
import io.github.ideal4j.onnx.graph.Value;
import java.util.List;

/** Counting in ONNX: ones are added up at the places of the codes, so no one-hot tensor is made. */
final class Histograms {

  private Histograms() {}

  /**
   * Counts numbers.
   *
   * @param codes int64 {@code [n, cells]}, each in {@code [0, size)}
   * @return float32 {@code [n, size]}
   */
  static Value count(GraphBuilder graph, Value codes, int size) {
    Value rows = graph.slice(graph.op("Shape", codes), 0, 0, 1);
    Value shape = graph.concat(0, rows, graph.longs(size));
    Value zeros = graph.op("Expand", graph.scalar(0), shape);
    Value ones = graph.op("Expand", graph.scalar(1), graph.op("Shape", codes));
    return graph.node(
        "ScatterElements",
        List.of(zeros, codes, ones),
        Attribute.of("axis", 1),
        Attribute.of("reduction", "add"));
  }

  /** A constant int64 {@code [1, values.length]}. */
  static Value row(GraphBuilder graph, long[] values) {
    return graph.constant(Tensors.longs(values, 1, values.length));
  }

  /** Converts any integer tokens {@code [n, rows, columns]} to int64 {@code [n, cells]}. */
  static Value flatten(GraphBuilder graph, Value tokens, int cells) {
    return graph.reshape(graph.cast(tokens, ElementType.INT64), -1, cells);
  }
}
