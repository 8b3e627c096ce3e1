package io.github.ideal4j.tribuo.features;

import java.util.Arrays;

/** Features that others make first. */
interface WrappedFeatures extends TokenFeatures {

  /** Those that are made first. */
  TokenFeatures features();

  /**
   * Changes what they made of an image.
   *
   * @param start where it begins in the sink
   */
  void change(FeatureSink sink, int start);

  @Override
  default boolean runsNetwork() {
    return features().runsNetwork();
  }

  @Override
  default void extract(int[] tokens, FeatureSink sink) {
    extract(new int[][] {tokens}, new FeatureSink[] {sink});
  }

  @Override
  default void extract(int[][] grids, FeatureSink[] sinks) {
    int[] starts = new int[sinks.length];
    Arrays.setAll(starts, i -> sinks[i].size());
    features().extract(grids, sinks);
    for (int i = 0; i < sinks.length; i++) {
      change(sinks[i], starts[i]);
    }
  }
}
