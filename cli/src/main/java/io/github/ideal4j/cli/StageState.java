package io.github.ideal4j.cli;

import java.util.Locale;

/** How far a stage is, in words: count, rate, and the time it will need or took. */
final class StageState {

  private final long total;
  private final String unit;
  private final long started = System.nanoTime();
  private long done;
  private long skipped;
  private String remark = "";

  /**
   * @param total units, negative if unknown
   * @param unit plural
   */
  StageState(long total, String unit) {
    this.total = total;
    this.unit = unit;
  }

  synchronized void advance(long units) {
    done += units;
  }

  synchronized void skip(long units) {
    done += units;
    skipped += units;
  }

  synchronized void note(String text) {
    remark = text;
  }

  /** Share that is done, 0 to 1; 0 if the total is unknown. */
  synchronized double share() {
    return total <= 0 ? 0 : Math.min(1, done / (double) total);
  }

  /** {@code 26/60 steps, 6.5/s, 0:05 left loss 4.9}. */
  synchronized String running() {
    return text(remaining());
  }

  /** {@code 60/60 steps, 6.5/s, took 0:09 loss 4.9}. */
  synchronized String ended() {
    return text("took " + clock(elapsed()));
  }

  private String text(String time) {
    String count =
        total < 0
            ? String.format(Locale.ROOT, "%,d %s", done, unit)
            : String.format(Locale.ROOT, "%,d/%,d %s", done, total, unit);
    String tail = remark.isEmpty() ? "" : "  " + remark;
    return count + rate() + ", " + time + tail;
  }

  private double elapsed() {
    return (System.nanoTime() - started) / 1e9;
  }

  private String rate() {
    long here = done - skipped;
    return here == 0
        ? ""
        : String.format(Locale.ROOT, ", %.1f/s", here / Math.max(1e-3, elapsed()));
  }

  private String remaining() {
    long here = done - skipped;
    if (total < 0 || here == 0) {
      return clock(elapsed()) + " so far";
    }
    return clock(elapsed() / here * (total - done)) + " left";
  }

  private static String clock(double time) {
    long seconds = Math.round(time);
    long minutes = seconds / 60;
    return minutes < 60
        ? String.format(Locale.ROOT, "%d:%02d", minutes, seconds % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", minutes / 60, minutes % 60, seconds % 60);
  }
}
