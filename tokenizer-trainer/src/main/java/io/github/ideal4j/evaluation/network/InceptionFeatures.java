package io.github.ideal4j.evaluation.network;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Features of some images.
 *
 * @param rows by tap, one array of {@link InceptionTap#width} numbers for each image, in order
 */
public record InceptionFeatures(Map<InceptionTap, List<float[]>> rows) {

  public InceptionFeatures {
    EnumMap<InceptionTap, List<float[]>> copy = new EnumMap<>(InceptionTap.class);
    rows.forEach((tap, list) -> copy.put(tap, List.copyOf(list)));
    rows = Collections.unmodifiableMap(copy);
  }

  /**
   * The features at one tap.
   *
   * @throws IllegalArgumentException if they were not asked for
   */
  public List<float[]> at(InceptionTap tap) {
    List<float[]> found = rows.get(tap);
    if (found == null) {
      throw new IllegalArgumentException(
          "features at %s were not computed, but at %s"
              .formatted(tap.label(), InceptionWeights.labels(rows.keySet())));
    }
    return found;
  }
}
