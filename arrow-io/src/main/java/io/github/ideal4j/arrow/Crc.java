package io.github.ideal4j.arrow;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C sums of messages, and the names under which the footer keeps them. */
final class Crc {

  static final String SCHEMA = "ideal.crc32c.schema";

  /** Rows of the whole file; the sums protect each batch, this their number of rows together. */
  static final String ROWS = "ideal.rows";

  private Crc() {}

  static String batch(int number) {
    return "ideal.crc32c.batch." + number;
  }

  /** Eight lower-case hexadecimal digits over the remaining bytes of some buffers. */
  static String of(ByteBuffer... parts) {
    CRC32C crc = new CRC32C();
    for (ByteBuffer part : parts) {
      crc.update(part.duplicate());
    }
    return "%08x".formatted(crc.getValue());
  }
}
