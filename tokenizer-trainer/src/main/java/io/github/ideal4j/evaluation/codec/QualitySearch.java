package io.github.ideal4j.evaluation.codec;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Finds the quality whose file comes nearest to a number of bits. Sizes grow with the quality but
 * for a few bytes, so the place is found by halving and its neighbours are tried too; of two files
 * that are equally far the smaller is taken.
 */
final class QualitySearch {

  private static final int NEIGHBOURS = 3;

  private final IntFunction<byte[]> encoder;
  private final long target;
  private final Map<Integer, byte[]> tried = new HashMap<>();

  private QualitySearch(IntFunction<byte[]> encoder, long target) {
    this.encoder = encoder;
    this.target = target;
  }

  /**
   * The file that comes nearest.
   *
   * @param lowest quality
   * @param highest quality
   * @param target bits, at least 1
   * @param encoder quality to file
   */
  static byte[] nearest(int lowest, int highest, long target, IntFunction<byte[]> encoder) {
    return new QualitySearch(encoder, target).search(lowest, highest);
  }

  /** Checks a target, for constructors. */
  static long requireTarget(long bits) {
    if (bits < 1) {
      throw new IllegalArgumentException("the target must be at least 1 bit, got " + bits);
    }
    return bits;
  }

  private byte[] search(int lowest, int highest) {
    int low = lowest;
    int high = highest;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bits(middle) < target) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int best = low;
    int last = Math.min(highest, low + NEIGHBOURS);
    for (int quality = Math.max(lowest, low - NEIGHBOURS); quality <= last; quality++) {
      if (isNearer(bits(quality), bits(best))) {
        best = quality;
      }
    }
    return tried.get(best);
  }

  private boolean isNearer(long bits, long best) {
    long distance = Math.abs(bits - target);
    long bestDistance = Math.abs(best - target);
    return distance < bestDistance || (distance == bestDistance && bits < best);
  }

  private long bits(int quality) {
    return tried.computeIfAbsent(quality, encoder::apply).length * (long) Byte.SIZE;
  }
}
