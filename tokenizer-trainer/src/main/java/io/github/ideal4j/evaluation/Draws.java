package io.github.ideal4j.evaluation;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Random choices. */
final class Draws {

  private Draws() {}

  /** Different numbers below a bound, in random order. */
  static int[] withoutReplacement(int bound, int count, RandomGenerator random) {
    int[] all = new int[bound];
    Arrays.setAll(all, i -> i);
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(bound - i);
      int chosen = all[j];
      all[j] = all[i];
      all[i] = chosen;
    }
    return Arrays.copyOf(all, count);
  }
}
