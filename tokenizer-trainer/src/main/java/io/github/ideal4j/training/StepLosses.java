package io.github.ideal4j.training;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a forward pass ends with.
 *
 * @param total the scalar that is differentiated, {@code []}
 * @param parts scalars worth a column in the metrics, {@code []} each, by name; they are read from
 *     the device only when a line of the metrics is due
 */
public record StepLosses(NDArray total, Map<String, NDArray> parts) {

  /** Keeps the order of the parts. */
  public StepLosses {
    parts = new LinkedHashMap<>(parts);
  }

  /** A loss without named parts. */
  public static StepLosses of(NDArray total) {
    return new StepLosses(total, Map.of());
  }
}
