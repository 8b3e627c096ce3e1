package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexBooleans;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexTake;
import ai.djl.ndarray.types.DataType;
import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.nio.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reading and replacing parts by {@link NDIndex}. */
final class IndexOperations {

  private IndexOperations() {}

  /** The arrays in an index. */
  static List<NDArray> arrays(NDIndex index) {
    return index.getIndices().stream()
        .filter(NDIndexTake.class::isInstance)
        .map(element -> ((NDIndexTake) element).getIndex())
        .toList();
  }

  /** The same index with what is behind its traced arrays. */
  static NDIndex plain(Trace trace, NDIndex index) {
    if (index.getIndices().stream().anyMatch(NDIndexBooleans.class::isInstance)) {
      throw new ExportException(
          "an index with a mask at %s gives a result whose shape depends on values; use NDArrays.where"
              .formatted(CallSite.findWithBlock()));
    }
    if (arrays(index).isEmpty()) {
      return index;
    }
    NDIndex plain = new NDIndex();
    List<NDIndexElement> elements = index.getIndices();
    for (int i = 0; i < elements.size(); i++) {
      if (i == index.getEllipsisIndex()) {
        plain.addEllipseDim();
      }
      plain.addAllDim(); // keeps the count right
      plain.getIndices().set(i, plain(trace, elements.get(i)));
    }
    return plain;
  }

  private static NDIndexElement plain(Trace trace, NDIndexElement element) {
    return element instanceof NDIndexTake take
        ? new NDIndexTake(trace.plain(take.getIndex()))
        : element;
  }

  /** Emits the nodes of {@code get(manager, index)} or {@code get(manager, positions)}. */
  static Value get(Call call) {
    NDIndex index =
        call.arg(1) instanceof NDIndex given ? given : new NDIndex((long[]) call.arg(1));
    IndexLayout layout = IndexLayout.of(index, call.shape());
    GraphBuilder graph = call.graph();
    Value x = slice(graph, call.x(), layout);
    if (layout.take() != null) {
      x = graph.gather(x, call.trace().value(layout.take(), DataType.INT64), layout.takeAxis());
    }
    if (!layout.removed().isEmpty()) {
      x = graph.op("Squeeze", x, longs(graph, layout.removed()));
    }
    if (!layout.added().isEmpty()) {
      x = graph.op("Unsqueeze", x, longs(graph, layout.added()));
    }
    return x;
  }

  private static Value slice(GraphBuilder graph, Value x, IndexLayout layout) {
    List<IndexLayout.Range> ranges = layout.ranges();
    if (ranges.isEmpty()) {
      return x;
    }
    Value starts = longs(graph, ranges.stream().map(IndexLayout.Range::start).toList());
    Value ends = longs(graph, ranges.stream().map(IndexLayout.Range::end).toList());
    Value axes = longs(graph, ranges.stream().map(range -> (long) range.axis()).toList());
    Value steps = longs(graph, ranges.stream().map(IndexLayout.Range::step).toList());
    return graph.op("Slice", x, starts, ends, axes, steps);
  }

  private static Value longs(GraphBuilder graph, List<Long> values) {
    return graph.longs(values.stream().mapToLong(v -> v).toArray());
  }

  /** Replaces a part: what surrounds it is cut away and joined again. */
  static Object set(TracedArray self, Object[] args) {
    if (args[0] instanceof Buffer values) {
      return setValues(self, values);
    }
    NDIndex index = (NDIndex) args[0];
    Trace trace = self.trace();
    if (args[1] instanceof Function<?, ?> function) {
      return set(self, new Object[] {index, replacement(self, index, function)});
    }
    trace.at("set");
    if (index.getRank() == 1 && index.get(0) instanceof NDIndexBooleans mask) {
      return setMasked(self, mask.getIndex(), args[1]);
    }
    IndexLayout layout = IndexLayout.of(index, self.plain().getShape());
    if (layout.take() != null
        || !layout.added().isEmpty()
        || layout.ranges().stream().anyMatch(r -> r.step() != 1)) {
      throw new ExportException(
          "set at %s: only ranges of step 1 and fixed positions have an ONNX form"
              .formatted(CallSite.findWithBlock()));
    }
    NDArray changed = self.plain().duplicate();
    DataType type = changed.getDataType();
    Value part;
    if (args[1] instanceof Number number) {
      changed.set(index, number);
      part = trace.graph().scalar(Types.element(type), number);
    } else {
      changed.set(index, trace.plain((NDArray) args[1]));
      part = trace.value((NDArray) args[1], type);
    }
    Value value =
        new Replacement(trace.graph(), layout, self.plain().getShape()).emit(self.value(), part);
    TracedArray made = TracedArray.of(trace.wrap(changed, value, false));
    self.rebind(made.plain(), made.value());
    return null;
  }

  /** Lets a function make new content from a copy of the old. */
  @SuppressWarnings("unchecked") // as NDArray.set declares it
  private static NDArray replacement(TracedArray self, NDIndex index, Function<?, ?> function) {
    Trace trace = self.trace();
    NDArray copy = trace.wrap(self.plain().duplicate(), self.value(), self.isConstant());
    TracedArray part = TracedArray.of(copy.get(index));
    NDArray old = trace.wrap(part.plain().duplicate(), part.value(), part.isConstant());
    return ((Function<NDArray, NDArray>) function).apply(old);
  }

  /** Values from Java make the array a constant. */
  private static Object setValues(TracedArray self, Buffer values) {
    Trace trace = self.trace();
    trace.at("set");
    NDArray changed = self.plain().duplicate();
    changed.set(values);
    Value value = trace.graph().constant(Types.tensor(changed));
    TracedArray made = TracedArray.of(trace.wrap(changed, value, true));
    self.rebind(made.plain(), made.value());
    return null;
  }

  /** Replaces the elements where a mask of the array's shape is true. */
  private static Object setMasked(TracedArray self, NDArray mask, Object content) {
    Trace trace = self.trace();
    NDArray plainMask = trace.plain(mask);
    if (!plainMask.getShape().equals(self.plain().getShape())
        || !(content instanceof Number number)) {
      throw new ExportException(
          "set at %s: a mask must have the array's shape %s and one number to set, got %s"
              .formatted(CallSite.findWithBlock(), self.plain().getShape(), plainMask.getShape()));
    }
    DataType type = self.plain().getDataType();
    Value value =
        trace
            .graph()
            .op(
                "Where",
                trace.value(mask, DataType.BOOLEAN),
                trace.graph().scalar(Types.element(type), number),
                self.value());
    NDArray changed = self.plain().duplicate();
    changed.set(new NDIndex("{}", plainMask), number);
    TracedArray made = TracedArray.of(trace.wrap(changed, value, false));
    self.rebind(made.plain(), made.value());
    return null;
  }

  /** Joins a new part with what surrounds it. */
  private record Replacement(
      GraphBuilder graph, IndexLayout layout, ai.djl.ndarray.types.Shape shape) {

    Value emit(Value x, Value part) {
      List<Long> dims = new ArrayList<>();
      for (int i = 0; i < shape.dimension(); i++) {
        dims.add(shape.get(i));
      }
      for (IndexLayout.Range range : layout.ranges()) {
        dims.set(range.axis(), Math.min(range.end(), dims.get(range.axis())) - range.start());
      }
      return replace(x, expanded(part, dims), 0);
    }

    /** Brings the part to the replaced region's shape, removed axes included. */
    private Value expanded(Value part, List<Long> dims) {
      List<Long> kept = new ArrayList<>();
      for (int i = 0; i < dims.size(); i++) {
        if (!layout.removed().contains((long) i)) {
          kept.add(dims.get(i));
        }
      }
      Value full = graph.op("Expand", part, longs(graph, kept));
      return layout.removed().isEmpty()
          ? full
          : graph.op("Unsqueeze", full, longs(graph, layout.removed()));
    }

    private Value replace(Value x, Value part, int depth) {
      if (depth == layout.ranges().size()) {
        return part;
      }
      IndexLayout.Range range = layout.ranges().get(depth);
      Value before = graph.slice(x, range.axis(), 0, range.start());
      Value middle = graph.slice(x, range.axis(), range.start(), range.end());
      Value after = graph.slice(x, range.axis(), range.end(), Long.MAX_VALUE);
      return graph.concat(range.axis(), before, replace(middle, part, depth + 1), after);
    }
  }
}
