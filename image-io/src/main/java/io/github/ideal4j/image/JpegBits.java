package io.github.ideal4j.image;

/** The code of a scan as bits, without what is stuffed into it (ITU-T T.81, section F.1.2.3). */
final class JpegBits {

  private static final int LONGEST = 16;

  private final byte[] bytes;
  private int at;
  private long held;
  private int count;

  JpegBits(byte[] bytes, int from) {
    this.bytes = bytes;
    at = from;
  }

  /** The code is at its end, or no code. */
  static final class EndOfCodeException extends Exception {

    private static final long serialVersionUID = 1L;

    EndOfCodeException() {
      super(null, null, false, false);
    }
  }

  /** Takes in whole bytes while there are some; behind the last come zeros, up to a symbol. */
  private void fill() {
    while (count <= 48) {
      if (at >= bytes.length) {
        return;
      }
      int next = bytes[at] & 0xFF;
      if (next == 0xFF) {
        if (at + 1 >= bytes.length || bytes[at + 1] != 0) {
          return;
        }
        at++;
      }
      at++;
      held = (held << 8) | next;
      count += 8;
    }
  }

  /** The next bits as a number. */
  int plain(int length) throws EndOfCodeException {
    if (length == 0) {
      return 0;
    }
    if (count < length) {
      fill();
      if (count < length) {
        throw new EndOfCodeException();
      }
    }
    count -= length;
    return (int) (held >>> count) & ((1 << length) - 1);
  }

  int bit() throws EndOfCodeException {
    return plain(1);
  }

  /** A number of so many bits, which are those of its negative's complement if it is below 0. */
  int signed(int length) throws EndOfCodeException {
    int value = plain(length);
    return length > 0 && value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  int symbol(JpegHuffman table) throws EndOfCodeException {
    if (table == null) {
      throw new EndOfCodeException();
    }
    if (count < LONGEST) {
      fill();
    }
    if (count >= JpegHuffman.QUICK) {
      int found =
          table.quick(
              (int) (held >>> (count - JpegHuffman.QUICK)) & ((1 << JpegHuffman.QUICK) - 1));
      if (found != 0) {
        count -= found & 0xFF;
        return found >> 8;
      }
    }
    int code = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code = (code << 1) | bit();
      int symbol = table.symbol(code, length);
      if (symbol >= 0) {
        return symbol;
      }
    }
    throw new EndOfCodeException();
  }

  /** Goes on behind the next restart marker. */
  void restart() throws EndOfCodeException {
    int marker = nextMarker(at);
    if (marker == bytes.length || !isRestart(bytes[marker + 1])) {
      throw new EndOfCodeException();
    }
    at = marker + 2;
    held = 0;
    count = 0;
  }

  /** Where the next marker is that begins a segment; the file's length if there is none. */
  int nextSegment() {
    int next = nextMarker(at);
    while (next < bytes.length && isRestart(bytes[next + 1])) {
      next = nextMarker(next + 2);
    }
    return next;
  }

  private static boolean isRestart(byte marker) {
    return marker >= (byte) 0xD0 && marker <= (byte) 0xD7;
  }

  /** Where a marker is, from a place on. What is held was read from before it: none is passed. */
  private int nextMarker(int from) {
    int next = from;
    while (next + 1 < bytes.length) {
      int kind = bytes[next + 1] & 0xFF;
      if (bytes[next] == (byte) 0xFF && kind != 0 && kind != 0xFF) {
        return next;
      }
      next++;
    }
    return bytes.length;
  }
}
