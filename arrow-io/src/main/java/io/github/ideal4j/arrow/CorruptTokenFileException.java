package io.github.ideal4j.arrow;

import java.io.IOException;
import java.nio.file.Path;

/** A token file is damaged, unfinished, or not a token file at all. The message is one line. */
public final class CorruptTokenFileException extends IOException {

  private static final long serialVersionUID = 1L;

  CorruptTokenFileException(Path file, String problem) {
    super("%s: %s".formatted(file, problem));
  }

  CorruptTokenFileException(Path file, String problem, Throwable cause) {
    super("%s: %s".formatted(file, problem), cause);
  }
}
