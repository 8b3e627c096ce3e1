package io.github.ideal4j.report;

import io.github.ideal4j.evaluation.StageTiming;
import io.github.ideal4j.report.Block.Bars.Bar;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How times are shown. */
public final class Timings {

  private Timings() {}

  /** One bar a stage: its time, and beside its name what it did a second. */
  public static Block.Bars bars(String caption, List<StageTiming> stages) {
    List<Bar> bars =
        stages.stream()
            .map(
                stage ->
                    new Bar(stage.stage(), stage.seconds(), text(stage.time()), rate(stage), true))
            .toList();
    return new Block.Bars(caption, bars);
  }

  /**
   * A duration as a person says it: {@code 0.4 s}, {@code 42 s}, {@code 4 min 21 s}, {@code 2 h 5
   * min}.
   */
  public static String text(Duration time) {
    double seconds = time.toNanos() / 1e9;
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? "%d min %d s".formatted(whole / 60, whole % 60)
        : "%d h %d min".formatted(whole / 3600, whole / 60 % 60);
  }

  private static String rate(StageTiming stage) {
    if (stage.units() == 0 || stage.time().isZero()) {
      return "";
    }
    double rate = stage.perSecond();
    return String.format(
        Locale.ROOT,
        rate < 10 ? "%,d %s, %.2f/s" : "%,d %s, %,.0f/s",
        stage.units(),
        stage.unit(),
        rate);
  }
}
