package io.github.ideal4j.cli;

import io.github.ideal4j.progress.Progress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A stage as a moving bar on a terminal. */
final class BarStage implements Progress.Stage {

  private static final int REDRAW_MILLIS = 250;
  private static final int LEAST_BAR = 10;
  private static final int MOST_BAR = 32;
  private static final String FULL = "\u2588";
  private static final String EMPTY = "\u2591";

  private final String name;
  private final StageState state;
  private final ProgressBar bar;
  private volatile boolean ended;

  BarStage(String name, long total, String unit) {
    this.name = name;
    state = new StageState(total, unit);
    bar =
        new ProgressBarBuilder()
            .setInitialMax(total)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setRenderer((ignored, width) -> render(width))
            .build();
  }

  /** The line in at most {@code width} columns; the bar takes what the words leave. */
  String render(int width) {
    String words = ended ? state.ended() : state.running();
    String head = "%-20s ".formatted(name);
    int room = Math.max(LEAST_BAR, Math.min(MOST_BAR, width - head.length() - words.length() - 2));
    int full = (int) Math.round(state.share() * room);
    String line = head + FULL.repeat(full) + EMPTY.repeat(room - full) + " " + words;
    return line.length() > width ? line.substring(0, Math.max(0, width)) : line;
  }

  @Override
  public void advance(long units) {
    state.advance(units);
    bar.stepBy(units);
  }

  @Override
  public void skip(long units) {
    state.skip(units);
    bar.stepBy(units);
  }

  @Override
  public void note(String remark) {
    state.note(remark);
  }

  @Override
  public void close() {
    ended = true;
    bar.close();
  }
}
