package io.github.ideal4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table of metrics: this run in one column, what to compare it with in others. A value that is
 * not known is NaN and shown as a dash.
 */
public final class MetricTable {

  private static final String UNKNOWN = "–";

  private final List<String> header = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Begins a table.
   *
   * @param columns the names of the columns of values: {@code "this run", "models/tiny"}
   */
  public MetricTable(String... columns) {
    header.add("Metric");
    header.addAll(List.of(columns));
  }

  /**
   * Adds a metric.
   *
   * @param name of the metric, with its direction where that is not obvious: {@code "LPIPS ↓"}
   * @param format of its values, for {@link String#format}: {@code "%.2f dB"}
   * @param values one a column
   */
  public MetricTable add(String name, String format, double... values) {
    if (values.length != header.size() - 1) {
      throw new IllegalArgumentException(
          "metric '%s' has %d values for the columns %s".formatted(name, values.length, header));
    }
    List<String> row = new ArrayList<>();
    row.add(name);
    for (double value : values) {
      row.add(Double.isNaN(value) ? UNKNOWN : String.format(Locale.ROOT, format, value));
    }
    rows.add(row);
    return this;
  }

  /** The table. */
  public Block.Table build(String caption) {
    return new Block.Table(caption, header, rows);
  }
}
