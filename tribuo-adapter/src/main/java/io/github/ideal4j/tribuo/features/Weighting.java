package io.github.ideal4j.tribuo.features;

import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What becomes of the counts of a histogram of codes. */
public enum Weighting {
  /** How often a code occurs. */
  COUNT,
  /** 1 for every code that occurs. */
  BINARY,
  /** {@code log(1 + count)}. */
  LOG,
  /** Counts that sum to 1. */
  L1,
  /** Counts of length 1. */
  L2,
  /**
   * Square roots of the counts, of length 1: their dot product is the Bhattacharyya coefficient.
   */
  HELLINGER;

  /** Lower-case name, as in {@code boc:l2}. */
  String spec() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The weighting of a name in any case.
   *
   * @throws IllegalArgumentException if there is none, with the names that there are
   */
  public static Weighting parse(String text) {
    for (Weighting weighting : values()) {
      if (weighting.spec().equals(text.toLowerCase(Locale.ROOT))) {
        return weighting;
      }
    }
    throw new IllegalArgumentException(
        "weighting '%s' is unknown; valid are %s"
            .formatted(text, Arrays.stream(values()).map(Weighting::spec).toList()));
  }

  /** The factor-free part: what a count becomes on its own. */
  double ofCount(int count) {
    return switch (this) {
      case COUNT, L1, L2 -> count;
      case BINARY -> 1;
      case LOG -> Math.log1p(count);
      case HELLINGER -> Math.sqrt(count);
    };
  }

  /**
   * Adds the weighted histogram of some codes.
   *
   * @param sorted codes in ascending order, from 0 to {@code size}
   * @param names name of each code
   */
  void histogram(int[] sorted, int size, List<String> names, FeatureSink sink) {
    int start = sink.size();
    int run = 1;
    for (int i = 1; i <= size; i++) {
      if (i < size && sorted[i] == sorted[i - 1]) {
        run++;
      } else {
        sink.add(names.get(sorted[i - 1]), ofCount(run));
        run = 1;
      }
    }
    if (this == L1) {
      sink.scale(start, 1.0 / size);
    } else if (this == L2 || this == HELLINGER) {
      sink.toUnitLength(start);
    }
  }

  /** Sorts the first codes of an array and adds their weighted histogram. */
  void histogramOf(int[] codes, int size, List<String> names, FeatureSink sink) {
    Arrays.sort(codes, 0, size);
    histogram(codes, size, names, sink);
  }

  /** The same on a histogram float32 {@code [..., codes]}. */
  Value emit(GraphBuilder graph, Value counts) {
    return switch (this) {
      case COUNT -> counts;
      case BINARY -> graph.op("Sign", counts);
      case LOG -> graph.op("Log", graph.op("Add", counts, graph.scalar(1)));
      case L1 -> graph.op("Div", counts, atLeastTiny(graph, lastSum(graph, "ReduceSum", counts)));
      case L2 -> emitUnitLength(graph, counts);
      case HELLINGER -> emitUnitLength(graph, graph.op("Sqrt", counts));
    };
  }

  /** Makes the last axis a vector of length 1, unless all of it is nearly 0. */
  static Value emitUnitLength(GraphBuilder graph, Value values) {
    return graph.op("Div", values, atLeastTiny(graph, lastSum(graph, "ReduceL2", values)));
  }

  private static Value lastSum(GraphBuilder graph, String operator, Value values) {
    return graph.node(operator, List.of(values, graph.longs(-1)), Attribute.of("keepdims", 1));
  }

  private static Value atLeastTiny(GraphBuilder graph, Value length) {
    return graph.op("Max", length, graph.scalar(FeatureSink.SHORTEST));
  }
}
