package io.github.ideal4j.image;

/** The compressed data of a GIF frame: codes of growing width in blocks of up to 255 bytes. */
final class LzwReader {

  private static final int MAX_CODES = 4096;
  private static final int MAX_BITS = 12;
  private static final int NONE = -1;

  private final HeaderBytes in;
  private final int literalBits;
  private final int clear;
  private final int[] prefix = new int[MAX_CODES];
  private final byte[] last = new byte[MAX_CODES];
  private final int[] length = new int[MAX_CODES];
  private int at;
  private int blockLeft;
  private int bits;
  private int bitCount;
  private int next;
  private int width;
  private int previous;

  /**
   * Begins to read.
   *
   * @param at where the frame's data begin: at its code size
   */
  LzwReader(HeaderBytes in, int at) throws ImageFormatException {
    this.in = in;
    this.literalBits = in.u8(at);
    this.at = at + 1;
    if (literalBits < 1 || literalBits > 8) {
      throw in.problem("damaged GIF: codes of %d bits, valid are 1 to 8".formatted(literalBits));
    }
    this.clear = 1 << literalBits;
    for (int i = 0; i < clear; i++) {
      prefix[i] = NONE;
      last[i] = (byte) i;
      length[i] = 1;
    }
  }

  /** The first {@code count} palette indices; fewer in the file are an error. */
  byte[] read(int count) throws ImageFormatException {
    byte[] out = new byte[count];
    int done = 0;
    reset();
    while (done < count) {
      int code = code();
      if (code == clear) {
        reset();
      } else if (code == clear + 1) {
        throw in.problem("cut off: %d of %d pixels".formatted(done, count));
      } else {
        learn(code);
        done = emit(code, out, done);
        previous = code;
      }
    }
    return out;
  }

  private void reset() {
    next = clear + 2;
    width = literalBits + 1;
    previous = NONE;
  }

  /** Adds the string that a code completes: the previous one and this one's first index. */
  private void learn(int code) throws ImageFormatException {
    boolean room = previous != NONE && next < MAX_CODES;
    if (code > next || (code == next && !room)) {
      throw in.problem("damaged GIF: unknown code %d".formatted(code));
    }
    if (room) {
      prefix[next] = previous;
      length[next] = length[previous] + 1;
      last[next] = first(code == next ? previous : code);
      next++;
      if (next == 1 << width && width < MAX_BITS) {
        width++;
      }
    }
  }

  private byte first(int code) {
    int at = code;
    while (prefix[at] != NONE) {
      at = prefix[at];
    }
    return last[at];
  }

  private int emit(int code, byte[] out, int done) {
    int end = done + length[code];
    int to = end;
    for (int c = code; c != NONE; c = prefix[c]) {
      if (--to < out.length) {
        out[to] = last[c];
      }
    }
    return end;
  }

  private int code() throws ImageFormatException {
    while (bitCount < width) {
      if (blockLeft == 0) {
        blockLeft = in.u8(at++);
        if (blockLeft == 0) {
          throw in.problem("cut off: its compressed data end early");
        }
        in.u8(at + blockLeft - 1); // whole, even where its last codes are not needed
      }
      bits |= in.u8(at++) << bitCount;
      bitCount += 8;
      blockLeft--;
    }
    int code = bits & ((1 << width) - 1);
    bits >>>= width;
    bitCount -= width;
    return code;
  }
}
