package io.github.ideal4j.onnx.serving;

/**
 * The random numbers of samples, as a function that any language can repeat.
 *
 * <p>All arithmetic is on unsigned 64-bit numbers that wrap. With SplitMix64's finalizer
 *
 * <pre>
 * mix(z): z = (z ^ (z &gt;&gt; 30)) * 0xBF58476D1CE4E5B9
 *         z = (z ^ (z &gt;&gt; 27)) * 0x94D049BB133111EB
 *         z ^ (z &gt;&gt; 31)
 * </pre>
 *
 * the number of image {@code i} (from 0) and token {@code t} (from 0) for a seed is
 *
 * <pre>
 * start   = mix(mix(seed) + i)
 * uniform = (mix(start + (t + 1) * 0x9E3779B97F4A7C15) &gt;&gt; 40) / 2^24
 * </pre>
 *
 * that is, the upper 24 bits of what {@code new SplittableRandom(start)} gives in a row: exact in
 * float32, at least 0 and below 1. An image's numbers depend on nothing but the seed and its own
 * number, so batches may be cut anyhow.
 */
public final class Uniforms {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final int BITS = 24;

  private Uniforms() {}

  /**
   * The numbers of one image.
   *
   * @param seed any number
   * @param image its number, from 0
   * @param tokens how many
   * @return in [0, 1), {@code [tokens]}
   */
  public static float[] of(long seed, long image, int tokens) {
    long start = mix(mix(seed) + image);
    float[] uniforms = new float[tokens];
    for (int t = 0; t < tokens; t++) {
      long bits = mix(start + (t + 1) * GOLDEN_GAMMA) >>> (Long.SIZE - BITS);
      uniforms[t] = (float) bits / (1 << BITS);
    }
    return uniforms;
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
