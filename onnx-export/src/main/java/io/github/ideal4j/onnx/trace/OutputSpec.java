package io.github.ideal4j.onnx.trace;

import io.github.ideal4j.onnx.graph.ElementType;
import java.util.Optional;

/**
 * An output of a block.
 *
 * @param name the name in the graph
 * @param cast the element type to convert to at the end; for types that DJL does not have
 */
public record OutputSpec(String name, Optional<ElementType> cast) {

  /** An output of the block's own element type. */
  public static OutputSpec of(String name) {
    return new OutputSpec(name, Optional.empty());
  }

  /** An output that is converted, for example to uint16. */
  public static OutputSpec cast(String name, ElementType type) {
    return new OutputSpec(name, Optional.of(type));
  }
}
