package io.github.ideal4j.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A confusion matrix as inline SVG, darker where more of a row's images are, and the largest of its
 * mistakes as a table, since a hundred classes cannot be read off a picture.
 */
final class ConfusionChart {

  private static final int MOST_MISTAKES = 10;
  private static final double SIDE = 760;

  private final Block.Confusion block;
  private final int classes;

  /** Images of one class that were given another. */
  private record Mistake(String truth, String said, int count, int of) {}

  ConfusionChart(Block.Confusion block) {
    this.block = block;
    classes = block.classes().size();
  }

  void write(Html html) {
    double cell = Math.min(40, SIDE / Math.max(1, classes));
    String size = cell >= 22 ? "large" : cell >= 11 ? "" : "small";
    double letter = cell >= 22 ? 7.5 : cell >= 11 ? 6 : 4.2;
    int longest = block.classes().stream().mapToInt(String::length).max().orElse(0);
    double names = Math.min(190, longest * letter + 8);
    double side = names + cell * classes + 1;
    Svg svg = new Svg(html, words(), ("confusion " + size).strip(), side, side);
    svg.box("ground", names, names, cell * classes, cell * classes, 1, "");
    for (int i = 0; i < classes; i++) {
      double middle = names + (i + 0.5) * cell;
      svg.text("tick end", names - 5, middle + letter / 1.8, block.classes().get(i));
      svg.climbing("tick", middle + letter / 1.8, names - 5, block.classes().get(i));
      row(svg, i, names, cell);
    }
    svg.close();
  }

  private void row(Svg svg, int truth, double names, double cell) {
    int all = total(truth);
    for (int said = 0; said < classes; said++) {
      int count = block.counts().get(truth).get(said);
      if (count > 0) {
        String style = truth == said ? "right" : "wrong";
        double share = (double) count / all;
        String tip =
            "%s was called %s: %d of %d"
                .formatted(block.classes().get(truth), block.classes().get(said), count, all);
        // The root lets small shares be seen too.
        double x = names + said * cell;
        double y = names + truth * cell;
        svg.box(style, x, y, cell, cell, Math.max(0.08, Math.sqrt(share)), tip);
      }
    }
  }

  private int total(int truth) {
    return block.counts().get(truth).stream().mapToInt(Integer::intValue).sum();
  }

  private String words() {
    int right = 0;
    int all = 0;
    for (int i = 0; i < classes; i++) {
      right += block.counts().get(i).get(i);
      all += total(i);
    }
    return String.format(
        Locale.ROOT,
        "Confusion matrix of %d classes: %,d of %,d images were given their class. Rows are the true"
            + " classes, columns what was said.",
        classes,
        right,
        all);
  }

  /** The largest mistakes; without rows when there are none. */
  Block.Table mistakes() {
    List<Mistake> mistakes = new ArrayList<>();
    for (int truth = 0; truth < classes; truth++) {
      int all = total(truth);
      for (int said = 0; said < classes; said++) {
        int count = block.counts().get(truth).get(said);
        if (truth != said && count > 0) {
          mistakes.add(
              new Mistake(block.classes().get(truth), block.classes().get(said), count, all));
        }
      }
    }
    mistakes.sort(Comparator.comparingInt(Mistake::count).reversed());
    List<List<String>> rows =
        mistakes.stream()
            .limit(MOST_MISTAKES)
            .map(m -> List.of(m.truth(), m.said(), "%d of %d".formatted(m.count(), m.of())))
            .toList();
    return new Block.Table(
        "Most frequent mistakes", List.of("true class", "was called", "images"), rows);
  }
}
