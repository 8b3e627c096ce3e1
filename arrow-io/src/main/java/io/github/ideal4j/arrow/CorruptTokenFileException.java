package io.github.ideal4j.arrow;

import java.io.IOException;
import java.nio.file.Path;

/** A token file is damaged, unfinished, or not a token file at all. The message is one line. */
public final class CorruptTokenFileException extends IOException {

  private static final long serialVersionUID = 1L;

  CorruptTokenFileException(Path file, String problem) {
    this(file, problem, null);
  }

  CorruptTokenFileException(Path file, String problem, Throwable cause) {
    super("%s: %s".formatted(file, oneLine(problem)), cause);
  }

  /** Names and values from a damaged file may hold anything. */
  private static String oneLine(String problem) {
    return String.valueOf(problem).replaceAll("\\p{Cntrl}", "\uFFFD");
  }
}
