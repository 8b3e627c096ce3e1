package io.github.ideal4j.server.model;

import io.github.ideal4j.server.batching.Lane;
import io.github.ideal4j.server.batching.OverloadException;
import io.github.ideal4j.server.protocol.InferRequest.WantedOutput;
import io.github.ideal4j.server.protocol.ProtocolException;
import io.github.ideal4j.server.protocol.Tensor;
import io.github.ideal4j.server.protocol.TensorSpec;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Something with inputs and outputs under a name. */
public interface ServedModel {

  /** The only version there is. */
  String VERSION = "1";

  /** What requests call it. */
  String name();

  /** What it runs on, in the protocol's form. */
  String platform();

  /** What it takes. */
  List<TensorSpec> inputs();

  /** What it gives. */
  List<TensorSpec> outputs();

  /** The queue that its requests wait in. */
  Lane lane();

  /** Bytes of the outputs' values for some rows, binary or as JSON at its longest. */
  long answerBytes(int rows, List<WantedOutput> wanted);

  /**
   * Computes.
   *
   * @param inputs in the order of {@link #inputs}, of fitting types and shapes
   * @param wanted names of outputs
   * @param deadline by {@link System#nanoTime}
   * @return the outputs in the model's order, or an {@link OverloadException}
   */
  CompletableFuture<List<Tensor>> infer(List<Tensor> inputs, Set<String> wanted, long deadline)
      throws ProtocolException, OverloadException;

  /** Whether {@link #infer} decodes photographs before it returns. */
  default boolean decodes() {
    return false;
  }
}
