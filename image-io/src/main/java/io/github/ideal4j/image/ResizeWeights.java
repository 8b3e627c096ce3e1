package io.github.ideal4j.image;

/**
 * Which source samples make each target sample of one axis, and by how much, in fixed point with 22
 * bits behind the point. The rounding is Pillow's.
 */
final class ResizeWeights {

  static final int PRECISION_BITS = 22;

  private final int taps;
  private final int[] first;
  private final int[] count;
  private final int[] weights;

  private ResizeWeights(int length, int taps) {
    this.taps = taps;
    this.first = new int[length];
    this.count = new int[length];
    this.weights = new int[Math.multiplyExact(length, taps)];
  }

  static ResizeWeights of(int from, int to, ResizeFilter filter) {
    double scale = (double) from / to;
    double widening = Math.max(scale, 1);
    double reach = filter.support() * widening;
    double narrowing = 1 / widening;
    ResizeWeights table = new ResizeWeights(to, (int) Math.ceil(reach) * 2 + 1);
    double[] exact = new double[table.taps];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int low = Math.max(0, (int) (centre - reach + 0.5));
      int high = Math.min(from, (int) (centre + reach + 0.5));
      double sum = 0;
      for (int j = low; j < high; j++) {
        exact[j - low] = filter.weight((j - centre + 0.5) * narrowing);
        sum += exact[j - low];
      }
      table.first[i] = low;
      table.count[i] = high - low;
      for (int j = 0; j < high - low; j++) {
        table.weights[i * table.taps + j] = fixed(sum == 0 ? exact[j] : exact[j] / sum);
      }
    }
    return table;
  }

  private static int fixed(double weight) {
    double scaled = weight * (1 << PRECISION_BITS);
    return (int) (weight < 0 ? scaled - 0.5 : scaled + 0.5);
  }

  /** The first source sample of a target sample. */
  int first(int target) {
    return first[target];
  }

  /** How many source samples, from the first on, a target sample is made of. */
  int count(int target) {
    return count[target];
  }

  /** Where the weights of a target sample begin; as many as {@link #count} follow each other. */
  int start(int target) {
    return target * taps;
  }

  /** A weight, times 2 to the power of {@link #PRECISION_BITS}. */
  int weight(int place) {
    return weights[place];
  }
}
