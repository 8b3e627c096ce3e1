package io.github.ideal4j.report;

import io.github.ideal4j.report.Series.Point;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The numbers of a line chart for the page's script, as JSON: one axis {@code x} for all, and for
 * each line {@code y}, with null where it has no point, and {@code pale} for the single values
 * behind a mean.
 */
final class LiveChart {

  /** Colours of lines in the style sheet; more lines begin again. */
  static final int COLOURS = 8;

  private static final int MOST_POINTS = 1000;

  private LiveChart() {}

  static String json(Block.LineChart chart) {
    List<Map<Double, Double>> lines = new ArrayList<>();
    List<Map<Double, Double>> raw = new ArrayList<>();
    SortedSet<Double> axis = new TreeSet<>();
    for (Series series : chart.series()) {
      boolean smooth = series.noisy() && series.points().size() > 2;
      lines.add(values(smooth ? series.smoothed() : series.points(), axis));
      raw.add(smooth ? values(series.points(), axis) : Map.of());
    }
    StringBuilder json = new StringBuilder("{\"xLabel\":").append(text(chart.xLabel()));
    json.append(",\"x\":").append(row(axis, identity(axis))).append(",\"series\":[");
    for (int i = 0; i < lines.size(); i++) {
      json.append(i == 0 ? "" : ",")
          .append("{\"name\":")
          .append(text(chart.series().get(i).name()));
      json.append(",\"colour\":").append(i % COLOURS);
      json.append(",\"y\":").append(row(axis, lines.get(i)));
      if (!raw.get(i).isEmpty()) {
        json.append(",\"pale\":").append(row(axis, raw.get(i)));
      }
      json.append('}');
    }
    return json.append("]}").toString();
  }

  private static Map<Double, Double> identity(SortedSet<Double> axis) {
    Map<Double, Double> same = new HashMap<>();
    axis.forEach(x -> same.put(x, x));
    return same;
  }

  private static Map<Double, Double> values(List<Point> points, SortedSet<Double> axis) {
    Map<Double, Double> values = new HashMap<>();
    for (Point point : Series.thinned(points, MOST_POINTS)) {
      axis.add(point.x());
      values.put(point.x(), point.y());
    }
    return values;
  }

  private static String row(SortedSet<Double> axis, Map<Double, Double> values) {
    StringBuilder row = new StringBuilder("[");
    for (double x : axis) {
      Double value = values.get(x);
      row.append(row.length() == 1 ? "" : ",").append(value == null ? "null" : number(value));
    }
    return row.append(']').toString();
  }

  /** Six digits are more than a screen shows; whole numbers stay whole. */
  private static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    return String.format(Locale.ROOT, "%.6g", value);
  }

  /** A JSON text that cannot end the script element around it. */
  static String text(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && "\"\\<>&".indexOf(c) < 0;
      json.append(plain ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return json.append('"').toString();
  }
}
