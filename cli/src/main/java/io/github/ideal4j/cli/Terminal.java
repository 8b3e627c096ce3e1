package io.github.ideal4j.cli;

import picocli.CommandLine.Help.Ansi;

/**
 * What the terminal can do, as {@code ./ideal} tells in the environment: Java cannot find out in
 * every version, and asking other programs takes time.
 */
final class Terminal {

  private static final int USUAL = 80;
  private static final int NARROW = 60;
  private static final int WIDE = 120;

  private Terminal() {}

  /** Columns that help is written in. */
  static int width() {
    return width(System.getenv("COLUMNS"));
  }

  static int width(String columns) {
    return columns == null || !columns.matches("[1-9][0-9]{0,4}")
        ? USUAL
        : Math.max(NARROW, Math.min(WIDE, Integer.parseInt(columns)));
  }

  /** Bold words where a person reads and does not mind. */
  static Ansi ansi() {
    return "1".equals(System.getenv("IDEAL_COLOR")) ? Ansi.ON : Ansi.OFF;
  }

  /** Whether the standard error stream is a terminal. */
  static boolean watched() {
    return "1".equals(System.getenv("IDEAL_TERMINAL"));
  }
}
