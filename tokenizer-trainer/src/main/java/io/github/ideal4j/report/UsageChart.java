package io.github.ideal4j.report;

import io.github.ideal4j.evaluation.CodebookUsage;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The histogram of a codebook's use, as inline SVG: codes by falling frequency, a log axis. */
final class UsageChart {

  private static final double WIDTH = 960;
  private static final double HEIGHT = 220;
  private static final double LEFT = 58;
  private static final double TOP = 10;
  private static final double BOTTOM = 40;
  private static final int MOST_COLUMNS = 160;

  private final List<Long> counts;
  private final long most;
  private final CodebookUsage usage;

  UsageChart(Block.CodeUsage block) {
    counts = block.counts().stream().sorted(Comparator.reverseOrder()).toList();
    usage = CodebookUsage.of(counts.stream().mapToLong(Long::longValue).toArray());
    most = counts.get(0);
  }

  /** The histogram in words, for those who do not see it. */
  String words() {
    return String.format(
        Locale.ROOT,
        "%,d of %,d codes were used, by %,d tokens; the most frequent %,d times, the median code %,d"
            + " times. Equally frequent codes would be %,.0f (perplexity), %.2f bits a token.",
        usage.used(),
        usage.codebookSize(),
        usage.tokens(),
        most,
        counts.get(counts.size() / 2),
        usage.perplexity(),
        usage.bitsPerToken());
  }

  void write(Html html) {
    Svg svg = new Svg(html, words(), "histogram", WIDTH, HEIGHT);
    for (long tick = 1; tick <= most; tick *= 10) {
      svg.line("gridline", LEFT, y((double) tick), WIDTH, y((double) tick));
      svg.text("tick end", LEFT - 8, y((double) tick) + 4, "%,d".formatted(tick));
    }
    int columns = Math.min(MOST_COLUMNS, counts.size());
    double wide = (WIDTH - LEFT) / columns;
    for (int i = 0; i < columns; i++) {
      int from = (int) ((long) i * counts.size() / columns);
      int to = (int) ((long) (i + 1) * counts.size() / columns);
      double mean =
          counts.subList(from, to).stream().mapToLong(Long::longValue).average().orElse(0);
      if (mean > 0) {
        String tip =
            String.format(Locale.ROOT, "ranks %,d to %,d: %,.1f times", from + 1, to, mean);
        svg.box("column", LEFT + i * wide, y(mean), wide * 0.86, HEIGHT - BOTTOM - y(mean), 1, tip);
      }
    }
    double even = (double) usage.tokens() / usage.codebookSize();
    svg.line("even", LEFT, y(even), WIDTH, y(even));
    svg.text("tick end", WIDTH - 2, y(even) - 5, "if all were equally frequent");
    svg.text("tick middle", (LEFT + WIDTH) / 2, HEIGHT - 8, "codes by frequency, how often (log)");
    for (double tick : Ticks.linear(0, counts.size(), 6)) {
      double x = LEFT + (WIDTH - LEFT) * tick / counts.size();
      svg.text(
          tick == counts.size() ? "tick end" : "tick middle", x, HEIGHT - 24, Ticks.text(tick));
    }
    svg.close();
  }

  /** Height of a count; 0 stands on the axis, below 1. */
  private double y(double count) {
    double high = Math.log1p(count) / Math.log1p((double) most);
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * high;
  }
}
