package io.github.ideal4j.training;

import java.util.SplittableRandom;

/**
 * Chance as a function: the same seed, step and purpose give the same numbers, whenever they are
 * asked for. This is what makes a resumed run equal to an uninterrupted one.
 */
public final class Chance {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private Chance() {}

  /**
   * A generator of its own for one purpose of one step.
   *
   * @param seed of the run
   * @param step counted from 0
   * @param purpose tells apart what is drawn in one step, such as {@code "crop"}
   */
  public static SplittableRandom of(long seed, long step, String purpose) {
    return new SplittableRandom(mix(mix(seed, step), purpose.hashCode()));
  }

  /** A seed for the engine's own generator (dropout) at one step. */
  public static int engineSeed(long seed, long step) {
    return (int) (mix(mix(seed, step), GOLDEN_GAMMA) >>> 33);
  }

  /** MurmurHash3's finalizer over the sum of both. */
  private static long mix(long a, long b) {
    long z = a * GOLDEN_GAMMA + b;
    z = (z ^ (z >>> 33)) * 0xFF51AFD7ED558CCDL;
    z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return z ^ (z >>> 33);
  }
}
