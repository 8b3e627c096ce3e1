package io.github.ideal4j.onnx.graph;

/**
 * A named tensor in a graph: an input, a constant or the result of a node. A body may use the
 * values of the graphs around it.
 *
 * @param name the name in the ONNX file; empty only for {@link #NONE}
 */
public record Value(String name) {

  /** Stands for an optional input that is left out. */
  public static final Value NONE = new Value("");

  @Override
  public String toString() {
    return name;
  }
}
