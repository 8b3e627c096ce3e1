package io.github.ideal4j.tribuo.features;

import io.github.ideal4j.onnx.graph.GraphBuilder;
import io.github.ideal4j.onnx.graph.Value;
import java.util.List;

/**
 * The features that a {@link TokenFeaturizer} makes from the tokens of one tokenizer, in Java and
 * as ONNX nodes. Safe for use by several threads.
 */
public interface TokenFeatures {

  /** All names there can be, in ascending order. */
  List<String> names();

  /**
   * Makes the features of one image; those that are left out are 0.
   *
   * @param tokens codebook indices in raster order, {@code [rows * columns]}
   */
  void extract(int[] tokens, FeatureSink sink);

  /**
   * Makes the features of several images; networks run on all of them at once.
   *
   * @param grids {@code [images][rows * columns]}
   * @param sinks one for each image
   */
  default void extract(int[][] grids, FeatureSink[] sinks) {
    for (int i = 0; i < grids.length; i++) {
      extract(grids[i], sinks[i]);
    }
  }

  /** Whether a network is run, so that threads of our own would only be in its way. */
  default boolean runsNetwork() {
    return false;
  }

  /**
   * Adds the same computation to a graph.
   *
   * @param tokens int64 {@code [n, rows * columns]}
   * @return float32 {@code [n, names().size()]} in the order of the names
   */
  Value emit(GraphBuilder graph, Value tokens);
}
