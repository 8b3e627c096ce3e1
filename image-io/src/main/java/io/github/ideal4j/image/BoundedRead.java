package io.github.ideal4j.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

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

  /**
   * All bytes of a file.
   *
   * @param path absolute or relative to the folder
   */
  static byte[] file(Path folder, String path) throws IOException {
    Path file;
    try {
      file = folder.resolve(path);
    } catch (InvalidPathException e) {
      throw new ImageFormatException(
          path, "its name cannot be spelled here; LC_ALL=C.UTF-8 may help", e);
    }
    if (!Files.isRegularFile(file)) {
      throw new ImageFormatException(file.toString(), "no such file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return all(in, path);
    }
  }

  /** All bytes of a stream, which is left open. */
  static byte[] all(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    requireSize(bytes.length, name);
    return bytes;
  }
}
