package io.github.ideal4j.server.model;

import java.util.List;

/**
 * A fused classifier.
 *
 * @param name what requests call it
 * @param graph images to scores
 * @param photographs photographs to scores
 * @param outputs names of the scores
 * @param kind classification, regression or multi-label
 */
public record ServedClassifier(
    String name, ServedModel graph, ServedModel photographs, List<String> outputs, String kind) {

  /** Copies. */
  public ServedClassifier {
    outputs = List.copyOf(outputs);
  }
}
