package io.github.ideal4j.cli;

import io.github.ideal4j.progress.Progress;
import java.time.temporal.ChronoUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A stage as a moving bar on a terminal. */
final class BarStage implements Progress.Stage {

  private static final int REDRAW_MILLIS = 250;
  private static final int NAME_WIDTH = 22;

  private final ProgressBar bar;

  BarStage(String name, long total, String unit) {
    bar =
        new ProgressBarBuilder()
            .setTaskName(("%-" + NAME_WIDTH + "s").formatted(name))
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setUnit(" " + unit, 1)
            .setSpeedUnit(ChronoUnit.SECONDS)
            .showSpeed()
            .build();
  }

  @Override
  public void advance(long units) {
    bar.stepBy(units);
  }

  @Override
  public void note(String remark) {
    bar.setExtraMessage("  " + remark);
  }

  @Override
  public void close() {
    bar.close();
  }
}
