package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Operations that pick or move elements and need several ONNX operators for it. */
final class Rearrangements {

  private Rearrangements() {}

  static void register() {
    OperatorTable.add("diagonal", Rearrangements::diagonal);
    OperatorTable.add("rotate90", Rearrangements::rotate);
    OperatorTable.add("diff", Rearrangements::difference);
    OperatorTable.add("gatherNd", Rearrangements::gatherNd);
    OperatorTable.add("put", Rearrangements::put);
    OperatorTable.add("repeat", Rearrangements::repeat);
  }

  private static Value diagonal(Call call) {
    GraphBuilder graph = call.graph();
    int rank = call.rank();
    long offset = call.count() == 0 ? 0 : call.integer(0);
    int rowAxis = call.count() == 3 ? call.axis(1) : 0;
    int columnAxis = call.count() == 3 ? call.axis(2) : 1;
    long[] others =
        LongStream.range(0, rank).filter(a -> a != rowAxis && a != columnAxis).toArray();
    long[] order =
        LongStream.concat(Arrays.stream(others), LongStream.of(rowAxis, columnAxis)).toArray();
    long columns = call.shape().get(columnAxis);
    long[] dims = Arrays.copyOf(call.resultDims(), rank - 1);
    long length = dims[rank - 2];
    dims[rank - 2] = call.shape().get(rowAxis) * columns;
    Value flat = graph.reshape(graph.transpose(call.x(), order), dims);
    long start = offset >= 0 ? offset : -offset * columns;
    long end = start + (length - 1) * (columns + 1) + 1;
    return graph.op(
        "Slice",
        flat,
        graph.longs(start),
        graph.longs(length == 0 ? start : end),
        graph.longs(rank - 2L),
        graph.longs(columns + 1));
  }

  private static Value rotate(Call call) {
    GraphBuilder graph = call.graph();
    int[] axes = (int[]) call.arg(1);
    long first = Call.axis(axes[0], call.rank());
    long second = Call.axis(axes[1], call.rank());
    long[] order = LongStream.range(0, call.rank()).toArray();
    order[(int) first] = second;
    order[(int) second] = first;
    return switch (Math.floorMod(call.integer(0), 4)) {
      case 1 -> graph.transpose(Shapes.flipped(call, call.x(), second), order);
      case 2 -> Shapes.flipped(call, call.x(), first, second);
      case 3 -> Shapes.flipped(call, graph.transpose(call.x(), order), second);
      default -> call.x();
    };
  }

  private static Value difference(Call call) {
    GraphBuilder graph = call.graph();
    long axis = call.axis(1);
    boolean truth = call.type() == DataType.BOOLEAN;
    DataType type = truth ? DataType.BOOLEAN : Types.wide(call.resultType());
    Value x = call.x(type);
    for (int i = 0; i < call.integer(0); i++) {
      Value later = graph.slice(x, axis, 1, Long.MAX_VALUE);
      x = graph.op(truth ? "Xor" : "Sub", later, graph.slice(x, axis, 0, -1));
    }
    return call.narrow(x, type);
  }

  /** Index tuples are along the first axis in DJL and along the last in ONNX. */
  private static Value gatherNd(Call call) {
    int rank = call.array(0).getShape().dimension();
    long[] order = LongStream.range(0, rank).map(i -> (i + 1) % rank).toArray();
    Value indices = call.graph().transpose(call.value(0, DataType.INT64), order);
    return call.node("GatherND", List.of(call.x(), indices));
  }

  private static Value put(Call call) {
    GraphBuilder graph = call.graph();
    Value flat = graph.reshape(call.x(), -1);
    Value indices = graph.reshape(call.value(0, DataType.INT64), -1);
    Value values = graph.reshape(call.value(1, call.type()), -1);
    Value result =
        call.node("ScatterElements", List.of(flat, indices, values), Attribute.of("axis", 0));
    return graph.reshape(result, call.resultDims());
  }

  /** Each element several times in a row, along one axis or along each. */
  private static Value repeat(Call call) {
    long[] counts = new long[call.rank()];
    Arrays.fill(counts, 1);
    if (call.count() == 2) {
      counts[call.axis(0)] = ((Number) call.arg(1)).longValue();
    } else if (call.arg(0) instanceof long[] each) {
      System.arraycopy(each, 0, counts, 0, Math.min(each.length, counts.length));
    } else if (call.arg(0) instanceof Shape) {
      Arrays.setAll(counts, i -> call.resultDims()[i] / call.shape().get(i));
    } else {
      Arrays.fill(counts, ((Number) call.arg(0)).longValue());
    }
    Value x = call.x();
    List<Long> dims = new ArrayList<>(Arrays.stream(call.shape().getShape()).boxed().toList());
    for (int axis = 0; axis < counts.length; axis++) {
      if (counts[axis] != 1) {
        x = repeated(call.graph(), x, dims, axis, counts[axis]);
      }
    }
    return x;
  }

  private static Value repeated(
      GraphBuilder graph, Value x, List<Long> dims, int axis, long count) {
    List<Long> apart = new ArrayList<>(dims);
    apart.add(axis + 1, count);
    Value wide = graph.op("Unsqueeze", x, graph.longs(axis + 1L));
    Value expanded = graph.op("Expand", wide, graph.longs(array(apart)));
    dims.set(axis, dims.get(axis) * count);
    return graph.reshape(expanded, array(dims));
  }

  private static long[] array(List<Long> values) {
    return values.stream().mapToLong(v -> v).toArray();
  }
}
