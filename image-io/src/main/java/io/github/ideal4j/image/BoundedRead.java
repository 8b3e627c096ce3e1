package io.github.ideal4j.image;

import java.io.IOException;
import java.io.InputStream;

/** Reads no more than an image may have, whatever size a file or an archive claims. */
final class BoundedRead {

  /** No encoded image may be larger: 64 MiB. */
  static final int MAX_BYTES = 64 << 20;

  private BoundedRead() {}

  /** Refuses a declared size before memory is taken for it. */
  static void requireSize(long bytes, String name) throws ImageFormatException {
    if (bytes > MAX_BYTES) {
      throw new ImageFormatException(
          name, "larger than the %d MiB an image file may have".formatted(MAX_BYTES >> 20));
    }
  }

  /** All bytes of a stream, which is left open. */
  static byte[] all(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new ImageFormatException(
          name, "larger than the %d MiB an image file may have".formatted(MAX_BYTES >> 20));
    }
    return bytes;
  }
}
