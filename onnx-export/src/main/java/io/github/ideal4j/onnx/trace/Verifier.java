package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.ideal4j.onnx.graph.ElementType;
import io.github.ideal4j.onnx.trace.VerificationReport.Comparison;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares a graph in ONNX Runtime with its block, at sizes that were not traced. */
final class Verifier {

  private static final long SEED = 20;

  private final Block block;
  private final NDManager parent;
  private final List<InputSpec> inputs;
  private final Tolerance tolerance;

  Verifier(Block block, NDManager parent, List<InputSpec> inputs, Tolerance tolerance) {
    this.block = block;
    this.parent = parent;
    this.inputs = inputs;
    this.tolerance = tolerance;
  }

  /** Runs both at each check of the symbols. */
  VerificationReport compare(OrtRun run, List<Symbol> symbols) {
    int rounds = symbols.stream().mapToInt(symbol -> symbol.checks().size()).max().orElse(1);
    List<Comparison> comparisons = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Map<String, Long> sizes = new LinkedHashMap<>();
      for (Symbol symbol : symbols) {
        sizes.put(symbol.name(), symbol.checks().get(round % symbol.checks().size()));
      }
      comparisons.addAll(compare(run, SampleInputs.draw(inputs, sizes, SEED + round)));
    }
    return new VerificationReport(comparisons);
  }

  private List<Comparison> compare(OrtRun run, SampleInputs sample) {
    try (NDManager manager = parent.newSubManager()) {
      NDList expected =
          block.forward(new ParameterStore(manager, false), sample.arrays(manager), false);
      List<OrtRun.Result> actual = run.run(sample);
      List<Comparison> comparisons = new ArrayList<>();
      for (int i = 0; i < expected.size(); i++) {
        comparisons.add(compare(expected.get(i), actual.get(i), sample.sizes(), tolerance));
      }
      return comparisons;
    }
  }

  static Comparison compare(
      NDArray expected, OrtRun.Result actual, Map<String, Long> sizes, Tolerance tolerance) {
    if (!Arrays.equals(expected.getShape().getShape(), actual.dims())) {
      throw new ExportException(
          "'%s' has shape %s in ONNX Runtime and %s in the block at sizes %s"
              .formatted(
                  actual.name(), Arrays.toString(actual.dims()), expected.getShape(), sizes));
    }
    ByteBuffer bytes = expected.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    ElementType type = Types.element(expected.getDataType());
    double maxDifference = 0;
    double maxValue = 0;
    long differing = 0;
    int count = Math.toIntExact(expected.size());
    for (int i = 0; i < count; i++) {
      double want = number(bytes, type, i);
      double difference = difference(want, number(actual.bytes(), actual.type(), i));
      differing += difference > 0 ? 1 : 0;
      maxDifference = Math.max(maxDifference, difference);
      maxValue = Math.max(maxValue, Double.isFinite(want) ? Math.abs(want) : 0);
    }
    boolean passed =
        (type.isFloating() && actual.type().isFloating())
            ? maxDifference <= Math.max(tolerance.absolute(), tolerance.relative() * maxValue)
            : differing <= tolerance.flips() * count;
    return new Comparison(actual.name(), sizes, maxDifference, maxValue, differing, count, passed);
  }

  /** Equal infinities and two NaN do not differ. */
  private static double difference(double a, double b) {
    if (Double.compare(a, b) == 0) {
      return 0;
    }
    double difference = Math.abs(a - b);
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  private static double number(ByteBuffer bytes, ElementType type, int i) {
    return switch (type) {
      case FLOAT -> bytes.getFloat(4 * i);
      case DOUBLE -> bytes.getDouble(8 * i);
      case INT64 -> bytes.getLong(8 * i);
      case INT32 -> bytes.getInt(4 * i);
      case INT16 -> bytes.getShort(2 * i);
      case UINT16 -> Short.toUnsignedInt(bytes.getShort(2 * i));
      case INT8 -> bytes.get(i);
      case UINT8 -> Byte.toUnsignedInt(bytes.get(i));
      case BOOL -> bytes.get(i) == 0 ? 0 : 1;
      case FLOAT16 -> throw new ExportException("float16 values cannot be compared; cast to FLOAT");
    };
  }

  /** Whether an array's values can be compared. */
  static boolean isComparable(NDArray array) {
    return array.getDataType() != DataType.FLOAT16;
  }
}
