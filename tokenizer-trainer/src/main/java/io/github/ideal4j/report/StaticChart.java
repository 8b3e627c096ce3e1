package io.github.ideal4j.report;

import io.github.ideal4j.report.Series.Point;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A line chart as inline SVG: what paper shows, and a reader without scripts. It takes its colours
 * from the page and needs no fonts of this machine.
 */
final class StaticChart {

  private static final double WIDTH = 640;
  private static final double HEIGHT = 300;
  private static final double LEFT = 58;
  private static final double RIGHT = 12;
  private static final double TOP = 10;
  private static final double BOTTOM = 40;
  private static final int MOST_POINTS = 300;

  private final Block.LineChart chart;
  private final double minX;
  private final double maxX;
  private final double minY;
  private final double maxY;

  StaticChart(Block.LineChart chart) {
    this.chart = chart;
    DoubleSummaryStatistics x = range(chart, Point::x);
    DoubleSummaryStatistics y = range(chart, Point::y);
    // Ticks at round numbers, for steps that begin with 1.
    boolean fromZero = x.getMin() > 0 && x.getMin() < x.getMax() / 4;
    minX = fromZero ? 0 : x.getMin();
    maxX = x.getMax() > minX ? x.getMax() : minX + 1;
    double room = y.getMax() > y.getMin() ? 0.04 * (y.getMax() - y.getMin()) : 0.5;
    minY = y.getMin() - room;
    maxY = y.getMax() + room;
  }

  private static DoubleSummaryStatistics range(
      Block.LineChart chart, ToDoubleFunction<Point> axis) {
    return chart.series().stream()
        .flatMap(series -> series.points().stream())
        .mapToDouble(axis)
        .summaryStatistics();
  }

  void write(Html html) {
    String name = "%s over %s".formatted(chart.caption(), chart.xLabel());
    Svg svg = new Svg(html, name, "static", WIDTH, HEIGHT);
    for (double tick : Ticks.linear(minY, maxY, 5)) {
      svg.line("gridline", LEFT, y(tick), WIDTH - RIGHT, y(tick));
      svg.text("tick end", LEFT - 8, y(tick) + 4, Ticks.text(tick));
    }
    for (double tick : Ticks.linear(minX, maxX, 6)) {
      svg.text("tick middle", x(tick), HEIGHT - BOTTOM + 17, Ticks.text(tick));
    }
    svg.text("tick middle", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, chart.xLabel());
    for (int i = 0; i < chart.series().size(); i++) {
      Series series = chart.series().get(i);
      if (series.noisy() && series.points().size() > 2) {
        svg.path("curve pale c" + i % LiveChart.COLOURS, curve(series.points()));
        svg.path("curve c" + i % LiveChart.COLOURS, curve(series.smoothed()));
      } else if (!series.points().isEmpty()) {
        svg.path("curve c" + i % LiveChart.COLOURS, curve(series.points()));
      }
    }
    svg.close();
  }

  private String curve(List<Point> points) {
    StringBuilder d = new StringBuilder();
    for (Point point : Series.thinned(points, MOST_POINTS)) {
      d.append(d.isEmpty() ? 'M' : 'L').append(Svg.number(x(point.x()))).append(' ');
      d.append(Svg.number(y(point.y())));
    }
    // A single point is seen as a dot by its round ends.
    return points.size() == 1 ? d + "h.01" : d.toString();
  }

  private double x(double value) {
    return LEFT + (WIDTH - RIGHT - LEFT) * (value - minX) / (maxX - minX);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value - minY) / (maxY - minY);
  }
}
