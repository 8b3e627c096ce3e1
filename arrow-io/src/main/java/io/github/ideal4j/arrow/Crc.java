package io.github.ideal4j.arrow;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.CRC32C;

/** CRC32C sums of messages, and the names under which the footer keeps them. */
final class Crc {

  static final String SCHEMA = "ideal.crc32c.schema";

  /** Rows of the whole file; the sums protect each batch, this their number of rows together. */
  static final String ROWS = "ideal.rows";

  /** Fits the first cache, so that a part is loaded from memory once. */
  private static final int CHUNK = 1 << 14;

  private Crc() {}

  static String batch(int number) {
    return "ideal.crc32c.batch." + number;
  }

  /** Whether a footer has entries of ours; a copy that another program made has none. */
  static boolean isKeptIn(Map<String, String> footer) {
    return footer.keySet().stream().anyMatch(key -> key != null && key.startsWith("ideal."));
  }

  /**
   * The sum of a message, and on the way, while its bytes are at hand, whether its tokens are in
   * range.
   *
   * @param tokensAt where tokens are in the message; none if they are packed
   * @param tokensBytes how many bytes
   * @return the sum as in {@link #of}, and whether some token is outside
   */
  static Checked check(ByteBuffer message, int tokensAt, int tokensBytes, TokenRange range) {
    int tokensEnd = tokensAt + tokensBytes;
    ByteBuffer before = message.slice(0, tokensAt);
    ByteBuffer tokens = IpcFile.slice(message, tokensAt, tokensBytes);
    return check(
        new ByteBuffer[] {before, tokens, message.slice(tokensEnd, message.limit() - tokensEnd)},
        1,
        range);
  }

  /**
   * The same of a message in parts.
   *
   * @param tokensPart number of the part whose tokens are to be checked, -1 for none
   */
  static Checked check(ByteBuffer[] parts, int tokensPart, TokenRange range) {
    CRC32C crc = new CRC32C();
    boolean outside = false;
    for (int i = 0; i < parts.length; i++) {
      ByteBuffer part = parts[i];
      if (i != tokensPart) {
        crc.update(part.duplicate());
        continue;
      }
      ByteBuffer chunk = part.duplicate();
      for (int at = part.position(); at < part.limit(); at += CHUNK) {
        int to = Math.min(part.limit(), at + CHUNK);
        crc.update(chunk.limit(to).position(at));
        outside |= range.anyOutside(part, at, to);
      }
    }
    return new Checked("%08x".formatted(crc.getValue()), outside);
  }

  /** What {@link #check} found. */
  record Checked(String sum, boolean outside) {}

  /** Eight lower-case hexadecimal digits over the remaining bytes of some buffers. */
  static String of(ByteBuffer... parts) {
    CRC32C crc = new CRC32C();
    for (ByteBuffer part : parts) {
      crc.update(part.duplicate());
    }
    return "%08x".formatted(crc.getValue());
  }
}
