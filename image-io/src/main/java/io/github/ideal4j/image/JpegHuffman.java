package io.github.ideal4j.image;

import java.util.Arrays;

/** A table of codes of a JPEG file (ITU-T T.81, annex C). */
final class JpegHuffman {

  /** Codes of up to this length are found at once. */
  static final int QUICK = 9;

  private static final int LONGEST = 16;

  private final int[] symbols;

  /** By the next bits: symbol and length of a short code as {@code symbol << 8 | length}, or 0. */
  private final int[] quick = new int[1 << QUICK];

  private final int[] largest = new int[LONGEST + 1]; // code of each length; -1 without one
  private final int[] offset = new int[LONGEST + 1]; // of its symbol, minus the smallest code

  private JpegHuffman(int[] counts, int[] symbols) {
    this.symbols = symbols;
    Arrays.fill(largest, -1);
    int code = 0;
    int at = 0;
    for (int length = 1; length <= LONGEST; length++) {
      offset[length] = at - code;
      for (int i = 0; i < counts[length] && at < symbols.length; i++, code++, at++) {
        largest[length] = code;
        if (length <= QUICK && code < 1 << length) {
          int from = code << (QUICK - length);
          Arrays.fill(quick, from, from + (1 << (QUICK - length)), (symbols[at] << 8) | length);
        }
      }
      code <<= 1;
    }
  }

  /**
   * Reads a table.
   *
   * @param at of the sixteen counts
   * @param end of the segment
   */
  static JpegHuffman read(byte[] bytes, int at, int end) {
    int[] counts = new int[LONGEST + 1];
    int sum = 0;
    for (int length = 1; length <= LONGEST; length++) {
      counts[length] = bytes[at + length - 1] & 0xFF;
      sum += counts[length];
    }
    int[] symbols = new int[Math.max(0, Math.min(sum, end - at - LONGEST))];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = bytes[at + LONGEST + i] & 0xFF;
    }
    return new JpegHuffman(counts, symbols);
  }

  int symbols() {
    return symbols.length;
  }

  /** Symbol and length as {@code symbol << 8 | length}, or 0 for a longer code. */
  int quick(int bits) {
    return quick[bits];
  }

  /** The symbol of a code, or -1. */
  int symbol(int code, int length) {
    int at = code + offset[length];
    return code <= largest[length] && at >= 0 && at < symbols.length ? symbols[at] : -1;
  }
}
