package io.github.ideal4j.arrow;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;

/** Turns what a parser throws at damaged bytes into one exception that names the file. */
final class Guard {

  private Guard() {}

  /** Work on bytes that may be damaged. */
  @FunctionalInterface
  interface Parsing<T> {
    T parse() throws IOException;
  }

  /** Flatbuffers check no offset: out-of-range, endless and overlong ones end here. */
  static <T> T parsing(Path file, Parsing<T> work) throws IOException {
    try {
      return work.parse();
    } catch (EOFException e) {
      throw new CorruptTokenFileException(file, "cut off while reading", e);
    } catch (RuntimeException | StackOverflowError e) {
      throw new CorruptTokenFileException(
          file, "damaged metadata (%s)".formatted(e.getClass().getSimpleName()), e);
    }
  }

  /** The same for the content of a batch that is in memory; the message says which. */
  static <T> T inBatch(Path file, int number, Parsing<T> work) throws IOException {
    try {
      return work.parse();
    } catch (CorruptTokenFileException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new CorruptTokenFileException(
          file, "batch %d: %s".formatted(number, e.getMessage()), e);
    }
  }
}
