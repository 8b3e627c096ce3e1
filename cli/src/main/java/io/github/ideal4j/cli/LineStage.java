package io.github.ideal4j.cli;

import io.github.ideal4j.progress.Progress;
import java.io.PrintStream;
import java.time.Duration;

/** A stage as lines in a log: one every few seconds, and a last one with the time it took. */
final class LineStage implements Progress.Stage {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(15);

  private final PrintStream err;
  private final String name;
  private final StageState state;
  private long shown = System.nanoTime();

  LineStage(PrintStream err, String name, long total, String unit) {
    this.err = err;
    this.name = name;
    state = new StageState(total, unit);
  }

  @Override
  public void advance(long units) {
    state.advance(units);
    long now = System.nanoTime();
    if (now - shown >= BETWEEN_LINES.toNanos()) {
      shown = now;
      show(state.running());
    }
  }

  @Override
  public void skip(long units) {
    state.skip(units);
  }

  @Override
  public void note(String remark) {
    state.note(remark);
  }

  @Override
  public void close() {
    show(state.ended());
  }

  private void show(String text) {
    err.printf("%-24s %s%n", name, text);
  }
}
