package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import io.github.ideal4j.onnx.graph.Attribute;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operations that move elements without changing them. */
final class Shapes {

  private Shapes() {}

  static void register() {
    OperatorTable.add("reshape", Shapes::reshape);
    OperatorTable.add("flatten", Shapes::reshape);
    OperatorTable.add(
        "expandDims",
        call ->
            call.graph()
                .op(
                    "Unsqueeze",
                    call.x(),
                    call.graph().longs(Call.axis(call.integer(0), call.rank() + 1))));
    OperatorTable.add("squeeze", Shapes::squeeze);
    OperatorTable.add("transpose", Shapes::transpose);
    OperatorTable.add("swapAxes", Shapes::swapAxes);
    OperatorTable.add(
        "broadcast",
        call -> call.graph().op("Expand", call.x(), call.graph().longs(call.resultDims())));
    OperatorTable.add("tile", Shapes::tile);
    OperatorTable.add("flip", Shapes::flip);
    OperatorTable.add("pad", Shapes::pad);
    OperatorTable.addMany("split", Shapes::split);
    OperatorTable.extend("concat", Shapes::concat);
    OperatorTable.extend("stack", Shapes::stack);
  }

  private static Value reshape(Call call) {
    return call.graph().reshape(call.x(), call.resultDims());
  }

  private static Value squeeze(Call call) {
    long[] axes;
    if (call.count() == 0) {
      axes =
          IntStream.range(0, call.rank())
              .filter(i -> call.shape().get(i) == 1)
              .asLongStream()
              .toArray();
    } else if (call.arg(0) instanceof int[] many) {
      axes = Arrays.stream(many).mapToLong(a -> Call.axis(a, call.rank())).toArray();
    } else {
      axes = new long[] {call.axis(0)};
    }
    for (long axis : axes) {
      if (call.shape().get((int) axis) != 1) {
        throw call.refuse("axis %d of %s is not 1".formatted(axis, call.shape()));
      }
    }
    return axes.length == 0
        ? call.x()
        : call.graph().op("Squeeze", call.x(), call.graph().longs(axes));
  }

  private static Value transpose(Call call) {
    int rank = call.rank();
    long[] order =
        call.count() == 0 || ((int[]) call.arg(0)).length == 0
            ? LongStream.range(0, rank).map(i -> rank - 1 - i).toArray()
            : Arrays.stream((int[]) call.arg(0)).mapToLong(a -> Call.axis(a, rank)).toArray();
    return call.graph().transpose(call.x(), order);
  }

  private static Value swapAxes(Call call) {
    long[] order = LongStream.range(0, call.rank()).toArray();
    order[call.axis(0)] = call.axis(1);
    order[call.axis(1)] = call.axis(0);
    return call.graph().transpose(call.x(), order);
  }

  private static Value tile(Call call) {
    long[] repeats;
    if (call.arg(0) instanceof long[] each) {
      repeats = each;
    } else {
      repeats = new long[call.rank()];
      Arrays.fill(repeats, ((Number) call.arg(0)).longValue());
    }
    if (repeats.length != call.rank()) {
      throw call.refuse("tile needs a number for each axis; reshape first");
    }
    return call.graph().op("Tile", call.x(), call.graph().longs(repeats));
  }

  private static Value flip(Call call) {
    int[] axes = (int[]) call.arg(0);
    return flipped(
        call,
        call.x(),
        Arrays.stream(axes).mapToLong(axis -> Call.axis(axis, call.rank())).toArray());
  }

  /** A value with the order along some axes turned round. */
  static Value flipped(Call call, Value value, long... axes) {
    GraphBuilder graph = call.graph();
    long[] back = Arrays.stream(axes).map(axis -> -1).toArray();
    long[] ends = Arrays.stream(axes).map(axis -> Long.MIN_VALUE).toArray();
    return graph.op(
        "Slice", value, graph.longs(back), graph.longs(ends), graph.longs(axes), graph.longs(back));
  }

  /** The engine counts pads from the last axis, ONNX from the first. */
  private static Value pad(Call call) {
    long[] pads = call.dims(0);
    int rank = call.rank();
    long[] ours = new long[2 * rank];
    for (int i = 0; i < pads.length / 2; i++) {
      ours[rank - 1 - i] = pads[2 * i];
      ours[2 * rank - 1 - i] = pads[2 * i + 1];
    }
    return call.graph().op("Pad", call.x(), call.graph().longs(ours), call.value(1, call.type()));
  }

  private static List<Value> split(Call call) {
    int axis = call.count() == 1 ? 0 : call.axis(1);
    long[] sizes = call.results().stream().mapToLong(part -> part.getShape().get(axis)).toArray();
    return call.graph()
        .nodes(
            "",
            "Split",
            List.of(call.x(), call.graph().longs(sizes)),
            sizes.length,
            Attribute.of("axis", axis));
  }

  private static List<Value> operands(Call call) {
    DataType type = call.resultType();
    List<Value> values = new ArrayList<>();
    values.add(call.x(type));
    for (NDArray array : (NDList) call.arg(0)) {
      values.add(call.trace().value(array, type));
    }
    return values;
  }

  private static Value concat(Call call) {
    return call.node("Concat", operands(call), Attribute.of("axis", call.axis(1)));
  }

  private static Value stack(Call call) {
    int axis = Call.axis(call.integer(1), call.rank() + 1);
    List<Value> apart = new ArrayList<>();
    for (Value value : operands(call)) {
      apart.add(call.graph().op("Unsqueeze", value, call.graph().longs(axis)));
    }
    return call.node("Concat", apart, Attribute.of("axis", axis));
  }
}
