package io.github.ideal4j.onnx.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexAll;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexFixed;
import ai.djl.ndarray.index.dim.NDIndexNull;
import ai.djl.ndarray.index.dim.NDIndexSlice;
import ai.djl.ndarray.index.dim.NDIndexTake;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * An index taken apart for ONNX: first ranges are cut, then one index array picks along its axis,
 * then axes are removed, then new ones are put in.
 *
 * @param ranges what to cut, by axis of the array
 * @param take the index array, null if there is none
 * @param takeAxis the axis that it replaces
 * @param removed axes of size one to remove, counted after picking
 * @param added axes of the result that are new
 */
record IndexLayout(
    List<Range> ranges, NDArray take, int takeAxis, List<Long> removed, List<Long> added) {

  /** A range of one axis, positions from 0; the end is excluded. */
  record Range(int axis, long start, long end, long step) {}

  static IndexLayout of(NDIndex index, Shape shape) {
    List<Range> ranges = new ArrayList<>();
    List<Long> removed = new ArrayList<>();
    List<Long> added = new ArrayList<>();
    NDArray take = null;
    int takeAxis = -1;
    int axis = 0;
    long picked = 0; // axis after picking
    long out = 0; // axis of the result
    for (NDIndexElement element : expand(index, shape.dimension())) {
      if (element instanceof NDIndexNull) {
        added.add(out++);
        continue;
      }
      if (element instanceof NDIndexFixed fixed) {
        long position =
            fixed.getIndex() < 0 ? fixed.getIndex() + shape.get(axis) : fixed.getIndex();
        ranges.add(new Range(axis, position, position + 1, 1));
        removed.add(picked++);
      } else if (element instanceof NDIndexTake pick && take == null) {
        take = pick.getIndex();
        takeAxis = axis;
        picked += take.getShape().dimension();
        out += take.getShape().dimension();
      } else {
        if (element instanceof NDIndexSlice slice) {
          ranges.add(range(slice, axis, shape.get(axis)));
        } else if (!(element instanceof NDIndexAll)) {
          throw new ExportException(
              "an index with %s at %s has no ONNX form; use at most one index array, ranges, positions"
                  .formatted(element.getClass().getSimpleName(), CallSite.findWithBlock()));
        }
        picked++;
        out++;
      }
      axis++;
    }
    return new IndexLayout(ranges, take, takeAxis, removed, added);
  }

  private static List<NDIndexElement> expand(NDIndex index, int rank) {
    List<NDIndexElement> elements = new ArrayList<>(index.getIndices());
    int consumed = elements.stream().mapToInt(e -> e instanceof NDIndexNull ? 0 : 1).sum();
    int at = index.getEllipsisIndex() < 0 ? elements.size() : index.getEllipsisIndex();
    for (int i = consumed; i < rank; i++) {
      elements.add(at, new NDIndexAll());
    }
    return elements;
  }

  private static Range range(NDIndexSlice slice, int axis, long size) {
    long step = slice.getStep() == null ? 1 : slice.getStep();
    if (step < 1) {
      throw new ExportException(
          "a range of step %d at %s has no ONNX form; use flip"
              .formatted(step, CallSite.findWithBlock()));
    }
    long start = slice.getMin() == null ? 0 : fromFront(slice.getMin(), size);
    long end = slice.getMax() == null ? Long.MAX_VALUE : fromFront(slice.getMax(), size);
    return new Range(axis, start, end, step);
  }

  private static long fromFront(long position, long size) {
    return position < 0 ? position + size : position;
  }
}
