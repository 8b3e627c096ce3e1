package io.github.ideal4j.cli;

import io.github.ideal4j.progress.Progress;
import java.io.PrintStream;

/**
 * Shows progress on the standard error stream: a bar with rate and remaining time on a terminal, a
 * line every few seconds where the output goes to a file.
 */
final class ConsoleProgress implements Progress {

  private final PrintStream err;
  private final boolean terminal;

  private ConsoleProgress(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /**
   * Bars if a person watches, lines otherwise. {@code ./ideal} knows whether the error stream is a
   * terminal, which Java cannot tell in every version.
   */
  static ConsoleProgress detect() {
    return new ConsoleProgress(System.err, Terminal.watched());
  }

  /** Lines only, to a stream of one's own. */
  static ConsoleProgress lines(PrintStream err) {
    return new ConsoleProgress(err, false);
  }

  @Override
  public Stage start(String name, long total, String unit) {
    return terminal ? new BarStage(name, total, unit) : new LineStage(err, name, total, unit);
  }
}
