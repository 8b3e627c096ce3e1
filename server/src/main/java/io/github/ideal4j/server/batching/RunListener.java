package io.github.ideal4j.server.batching;

/** Told of every run. */
@FunctionalInterface
public interface RunListener {

  /**
   * A run has ended.
   *
   * @param model whose graph ran
   * @param rows that were joined
   * @param nanos that ONNX Runtime took
   */
  void ran(String model, int rows, long nanos);
}
