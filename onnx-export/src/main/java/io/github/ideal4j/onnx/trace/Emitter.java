package io.github.ideal4j.onnx.trace;

import io.github.ideal4j.onnx.graph.Value;
import java.util.List;

/** Writes one kind of DJL operation as ONNX nodes. */
@FunctionalInterface
interface Emitter {

  /** Adds the nodes of a call and returns a value for each of its results. */
  List<Value> emit(Call call);

  /** An operation with one result. */
  @FunctionalInterface
  interface Single {
    /** Adds the nodes of a call and returns its result. */
    Value emit(Call call);
  }
}
