package io.github.ideal4j.arrow;

import java.nio.ByteBuffer;

/**
 * Looks for tokens outside of a codebook, eight bytes at a time: each token of a word is compared
 * in its own lane, without a carry into its neighbour.
 */
final class TokenRange {

  /** Bytes that are looked at together. */
  private static final int STRIDE = 4 * Long.BYTES;

  private final TokenType type;
  private final int codebookSize;
  private final boolean everythingFits;
  private final boolean upperHalf;
  private final long high;
  private final long add;

  TokenRange(TokenType type, int codebookSize) {
    this.type = type;
    this.codebookSize = codebookSize;
    int bits = 8 * type.bytes();
    long half = 1L << (bits - 1);
    everythingFits = type != TokenType.INT32 && codebookSize == 2 * half;
    upperHalf = type != TokenType.INT32 && codebookSize > half;
    high = lanes(half, bits);
    add = lanes(upperHalf ? 2 * half - codebookSize : half - codebookSize, bits);
  }

  private static long lanes(long value, int bits) {
    long word = 0;
    for (int shift = 0; shift < 64; shift += bits) {
      word |= value << shift;
    }
    return word;
  }

  /**
   * Whether some token between two byte positions is outside.
   *
   * @param tokens little-endian
   * @param from position of a token
   * @param to position after the last token
   */
  boolean anyOutside(ByteBuffer tokens, int from, int to) {
    if (everythingFits) {
      return false;
    }
    int words = from + ((to - from) & -Long.BYTES);
    long found = upperHalf ? upper(tokens, from, words) : lower(tokens, from, words);
    return (found & high) != 0 || firstOutside(tokens, words, to) >= 0;
  }

  /** A token is outside if it has its highest bit, or gets it from what is added to the others. */
  private long lower(ByteBuffer tokens, int from, int to) {
    long found = 0;
    int at = from;
    for (; at <= to - STRIDE; at += STRIDE) {
      long a = tokens.getLong(at);
      long b = tokens.getLong(at + 8);
      long c = tokens.getLong(at + 16);
      long d = tokens.getLong(at + 24);
      found |= ((a & ~high) + add) | a | ((b & ~high) + add) | b;
      found |= ((c & ~high) + add) | c | ((d & ~high) + add) | d;
    }
    for (; at < to; at += Long.BYTES) {
      long word = tokens.getLong(at);
      found |= ((word & ~high) + add) | word;
    }
    return found;
  }

  /** Here a token is outside only if it has the highest bit and the others overflow into it too. */
  private long upper(ByteBuffer tokens, int from, int to) {
    long found = 0;
    for (int at = from; at < to; at += Long.BYTES) {
      long word = tokens.getLong(at);
      found |= ((word & ~high) + add) & word;
    }
    return found;
  }

  /** Position of the first token that is outside, or -1. */
  int firstOutside(ByteBuffer tokens, int from, int to) {
    int[] token = new int[1];
    for (int at = from; at < to; at += type.bytes()) {
      type.get(tokens, at, token, 1);
      if (token[0] < 0 || token[0] >= codebookSize) {
        return at;
      }
    }
    return -1;
  }
}
