package io.github.ideal4j.cli;

import io.github.ideal4j.progress.Progress;
import java.io.PrintStream;
import java.time.Duration;

/** A stage as lines in a log: one every few seconds, and a last one with the time it took. */
final class LineStage implements Progress.Stage {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(15);

  private final PrintStream err;
  private final String name;
  private final long total;
  private final String unit;
  private final long started = System.nanoTime();
  private long shown = started;
  private long done;
  private String remark = "";

  LineStage(PrintStream err, String name, long total, String unit) {
    this.err = err;
    this.name = name;
    this.total = total;
    this.unit = unit;
  }

  @Override
  public void advance(long units) {
    done += units;
    long now = System.nanoTime();
    if (now - shown >= BETWEEN_LINES.toNanos()) {
      shown = now;
      show(remaining(now));
    }
  }

  @Override
  public void note(String text) {
    remark = text;
  }

  @Override
  public void close() {
    show("took " + clock(System.nanoTime() - started));
  }

  private void show(String time) {
    String count =
        total < 0 ? "%,d %s".formatted(done, unit) : "%,d/%,d %s".formatted(done, total, unit);
    String tail = remark.isEmpty() ? "" : "  " + remark;
    err.printf("%-24s %s, %s, %s%s%n", name, count, rate(), time, tail);
  }

  private String rate() {
    double seconds = Math.max(1e-3, (System.nanoTime() - started) / 1e9);
    return "%.1f/s".formatted(done / seconds);
  }

  private String remaining(long now) {
    if (total < 0 || done == 0) {
      return clock(now - started) + " so far";
    }
    return clock((long) ((now - started) / (double) done * (total - done))) + " left";
  }

  private static String clock(long nanos) {
    long seconds = Math.round(nanos / 1e9);
    return "%d:%02d".formatted(seconds / 60, seconds % 60);
  }
}
