package io.github.ideal4j.onnx.trace;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;

/** Hands out a block's parameters as traced arrays that carry their names. */
final class TracingParameterStore extends ParameterStore {

  private final Trace trace;

  TracingParameterStore(Trace trace) {
    super(trace.plainManager(), false);
    this.trace = trace;
  }

  @Override
  public NDArray getValue(Parameter parameter, Device device, boolean training) {
    return parameter == null ? null : trace.parameter(parameter);
  }

  @Override
  public NDManager getManager() {
    return trace.manager();
  }
}
