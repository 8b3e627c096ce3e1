package io.github.ideal4j.report;

import io.github.ideal4j.report.Series.Point;
import io.github.ideal4j.training.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The numbers that a run logged, by name, as lines over its steps. */
public final class SeriesReader {

  private static final String STEP = "step";

  private final Map<String, List<Point>> points = new LinkedHashMap<>();
  private double lastStep;

  private SeriesReader() {}

  /** The numbers of a run so far. */
  public static SeriesReader of(RunFolder run) throws IOException {
    return of(run.metrics().read());
  }

  /**
   * The numbers of logged lines.
   *
   * @param lines in order, each with a {@code step}; values that are not finite leave a gap
   * @throws IllegalArgumentException if a line has no step
   */
  public static SeriesReader of(List<Map<String, Double>> lines) {
    SeriesReader reader = new SeriesReader();
    lines.forEach(reader::collect);
    return reader;
  }

  private void collect(Map<String, Double> line) {
    Double step = line.get(STEP);
    if (step == null) {
      throw new IllegalArgumentException("no '%s' in the logged line %s".formatted(STEP, line));
    }
    lastStep = step;
    for (Map.Entry<String, Double> number : line.entrySet()) {
      if (!number.getKey().equals(STEP) && Double.isFinite(number.getValue())) {
        points
            .computeIfAbsent(number.getKey(), name -> new ArrayList<>())
            .add(new Point(step, number.getValue()));
      }
    }
  }

  /** The names of the numbers, in the order in which they first come. */
  public List<String> names() {
    return List.copyOf(points.keySet());
  }

  /** The step of the last line; 0 when nothing was logged. */
  public double lastStep() {
    return lastStep;
  }

  /** Whether there is a number of this name. */
  public boolean has(String name) {
    return points.containsKey(name);
  }

  /** The last value of a number; NaN when there is none. */
  public double last(String name) {
    List<Point> line = points.getOrDefault(name, List.of());
    return line.isEmpty() ? Double.NaN : line.get(line.size() - 1).y();
  }

  /** A number as a calm line, under another title. Without points when there is no such number. */
  public Series line(String name, String title) {
    return new Series(title, points.getOrDefault(name, List.of()), false);
  }

  /** A number that jumps from step to step, such as a batch's loss. */
  public Series noisy(String name, String title) {
    return new Series(title, points.getOrDefault(name, List.of()), true);
  }
}
