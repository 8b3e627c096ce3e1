package io.github.ideal4j.evaluation.network;

/**
 * The generator MT19937 (Matsumoto and Nishimura 1998) with the floats that PyTorch's {@code rand}
 * makes of it on a CPU, for examples in documentation that start with a seed.
 */
final class MersenneTwister {

  private static final int SIZE = 624;
  private static final int SHIFT = 397;
  private static final int FLOAT_BITS = 24;

  private final int[] state = new int[SIZE];
  private int at = SIZE;

  MersenneTwister(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /** The next 32 bits. */
  int next() {
    if (at == SIZE) {
      turn();
    }
    int y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9D2C5680;
    y ^= (y << 15) & 0xEFC60000;
    return y ^ (y >>> 18);
  }

  /** The next number of 0 to 1, 1 excluded: the lower 24 bits. */
  float nextFloat() {
    return (next() & ((1 << FLOAT_BITS) - 1)) * 0x1p-24f;
  }

  private void turn() {
    for (int i = 0; i < SIZE; i++) {
      int y = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7FFFFFFF);
      int odd = (y & 1) == 0 ? 0 : 0x9908B0DF;
      state[i] = state[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ odd;
    }
    at = 0;
  }
}
