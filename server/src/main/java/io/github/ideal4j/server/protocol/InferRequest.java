package io.github.ideal4j.server.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a client wants of a model.
 *
 * @param id given back with the answer
 * @param parameters numbers, texts and truth values by name
 * @param inputs one for each of the model's, in the model's order
 * @param outputs those that are wanted, in the order of the answer
 */
public record InferRequest(
    Optional<String> id,
    Map<String, Object> parameters,
    List<Tensor> inputs,
    List<WantedOutput> outputs) {

  /** Copies. */
  public InferRequest {
    parameters = Map.copyOf(parameters);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** An output, and whether it is sent in binary form. */
  public record WantedOutput(String name, boolean binary) {}
}
