package io.github.ideal4j.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a chart.
 *
 * @param name in the legend
 * @param points by rising x
 * @param noisy whether single values say little, so that the chart draws them pale and a running
 *     mean over them
 */
public record Series(String name, List<Point> points, boolean noisy) {

  private static final int WINDOWS = 30;

  /** One value. */
  public record Point(double x, double y) {
    public Point {
      if (!Double.isFinite(x) || !Double.isFinite(y)) {
        throw new IllegalArgumentException("a point must be finite, got (%s, %s)".formatted(x, y));
      }
    }
  }

  public Series {
    points = List.copyOf(points);
  }

  /**
   * The mean over a window that moves along, about a thirtieth of the points wide. It narrows
   * towards the ends, evenly to both sides, so that the line does not sag there, and stops before
   * it would follow single values.
   */
  List<Point> smoothed() {
    int reach = Math.max(1, points.size() / WINDOWS / 2);
    List<Point> smooth = new ArrayList<>(points.size());
    for (int i = 0; i < points.size(); i++) {
      int half = Math.min(reach, Math.min(i, points.size() - 1 - i));
      if (half >= reach / 2) {
        smooth.add(new Point(points.get(i).x(), mean(i - half, i + half)));
      }
    }
    return smooth;
  }

  private double mean(int first, int last) {
    return points.subList(first, last + 1).stream().mapToDouble(Point::y).average().orElseThrow();
  }

  /** At most about {@code limit} of the points, evenly chosen; the last one is always kept. */
  static List<Point> thinned(List<Point> points, int limit) {
    if (points.size() <= limit) {
      return points;
    }
    List<Point> thin = new ArrayList<>(limit + 1);
    for (int i = 0; i < limit; i++) {
      thin.add(points.get((int) ((long) i * points.size() / limit)));
    }
    thin.add(points.get(points.size() - 1));
    return thin;
  }
}
