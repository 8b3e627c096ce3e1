package io.github.ideal4j.report;

import io.github.ideal4j.report.Block.LineChart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The charts of a training run: its loss with the loss on other data, the parts of the loss, and
 * each further number that was measured on the way.
 */
public final class TrainingCurves {

  private static final String LOSS = "loss";
  private static final String VALIDATION = "validation";
  private static final String VALIDATION_LOSS = "validationLoss";
  private static final String STEPS = "steps";
  private static final Set<String> NOT_LOSSES = Set.of("learningRate", "seconds", LOSS);

  private TrainingCurves() {}

  /**
   * The charts of a run's logged numbers.
   *
   * @param what was trained, for the titles: {@code "Tokenizer"}
   */
  public static List<Block> of(String what, SeriesReader run) {
    List<Series> losses = new ArrayList<>();
    List<Series> parts = new ArrayList<>();
    List<Block> others = new ArrayList<>();
    losses.add(run.noisy(LOSS, "training"));
    int logged = losses.get(0).points().size();
    for (String name : run.names()) {
      Series line = run.line(name, words(name));
      if (name.startsWith(VALIDATION_LOSS)) {
        losses.add(line);
      } else if (name.startsWith(VALIDATION) || line.points().size() < logged) {
        others.add(new LineChart(what + ": " + words(name), STEPS, List.of(line)));
      } else if (!NOT_LOSSES.contains(name)) {
        parts.add(new Series(line.name(), line.smoothed(), false));
      }
    }
    List<Block> charts = new ArrayList<>();
    charts.add(new LineChart(what + ": loss", STEPS, losses));
    if (!parts.isEmpty()) {
      charts.add(new LineChart(what + ": parts of the loss", STEPS, parts));
    }
    charts.addAll(others);
    return charts;
  }

  /** {@code validationLossWithoutClass} in words. */
  private static String words(String name) {
    return name.replaceAll("(\\p{Lower})(\\p{Upper})", "$1 $2").toLowerCase(Locale.ROOT);
  }
}
