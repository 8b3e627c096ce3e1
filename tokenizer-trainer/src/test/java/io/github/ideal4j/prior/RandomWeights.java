package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Noise on all weights: a fresh head is zero, and behind it no mistake would show. */
final class RandomWeights {

  private static final double DEVIATION = 0.2;

  private RandomWeights() {}

  static void addTo(Map<String, NDArray> weights, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (NDArray array : weights.values()) {
      float[] values = array.toFloatArray();
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) (DEVIATION * random.nextGaussian());
      }
      try (NDArray moved = array.getManager().create(values, array.getShape())) {
        TorchOps.copy(List.of(array), List.of(moved));
      }
    }
  }
}
