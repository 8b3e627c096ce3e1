package io.github.ideal4j.tribuo.features;

import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.List;

/**
 * Spreads many numbers over few buckets: {@code (number mod p) * a mod p mod buckets}, the
 * universal hash of Carter and Wegman (1979). All steps fit 64 bits, in Java and in ONNX.
 *
 * @param buckets at least 2
 */
record CodeHash(int buckets) {

  /** Enough for the pairs of a 16 x 16 grid of thousands of codes. */
  static final int DEFAULT_BUCKETS = 1 << 16;

  private static final long PRIME = 2_147_483_647L; // 2^31 - 1
  private static final long FACTOR = 1_140_671_485L;

  CodeHash {
    if (buckets < 2 || buckets > 1 << 24) {
      throw new IllegalArgumentException(
          "buckets must be 2 to %d, got %d".formatted(1 << 24, buckets));
    }
  }

  /** The bucket of a number that is not negative. */
  int of(long number) {
    return (int) (number % PRIME * FACTOR % PRIME % buckets);
  }

  /** The same of int64 numbers. */
  Value emit(GraphBuilder graph, Value numbers) {
    Value spread = mod(graph, numbers, PRIME);
    spread = graph.op("Mul", spread, graph.scalar(ElementType.INT64, FACTOR));
    return mod(graph, mod(graph, spread, PRIME), buckets);
  }

  private static Value mod(GraphBuilder graph, Value numbers, long divisor) {
    return graph.node(
        "Mod", List.of(numbers, graph.scalar(ElementType.INT64, divisor)), Attribute.of("fmod", 0));
  }
}
