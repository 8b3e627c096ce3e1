package io.github.ideal4j.pipeline.evaluation;

import io.github.ideal4j.evaluation.bundle.Measurements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Numbers of a bundle and of other codecs side by side, one metric a row. */
public record EvaluationTable(List<String> header, List<List<String>> rows) {

  private static final String UNKNOWN = "-";

  /** Copies. */
  public EvaluationTable {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /**
   * Makes the table.
   *
   * @param own numbers of the first column
   * @param peers numbers of the others, by name
   */
  public static EvaluationTable of(Measurements own, Map<String, Measurements> peers) {
    Map<String, Map<String, Double>> columns = new LinkedHashMap<>();
    columns.put("measured", own.byName());
    peers.forEach((name, numbers) -> columns.put(name, numbers.byName()));
    Set<String> names = new LinkedHashSet<>();
    columns.values().forEach(column -> names.addAll(column.keySet()));
    List<String> header = new ArrayList<>(List.of("metric"));
    header.addAll(columns.keySet());
    List<List<String>> rows = new ArrayList<>();
    for (String name : names) {
      List<String> row = new ArrayList<>(List.of(name));
      columns.values().forEach(column -> row.add(shown(name, column.get(name))));
      rows.add(row);
    }
    return new EvaluationTable(header, rows);
  }

  /** What is to be said of the others, less what is said of the first already. */
  public static List<String> peerNotes(Measurements own, Map<String, Measurements> peers) {
    List<String> notes = new ArrayList<>();
    peers.forEach(
        (name, column) ->
            column.notes().stream()
                .filter(note -> !own.notes().contains(note))
                .forEach(note -> notes.add(name + ": " + note)));
    return notes;
  }

  private static String shown(String name, Double value) {
    if (value == null) {
      return UNKNOWN;
    }
    if (value == Math.rint(value)
        && Math.abs(value) < 1e9
        && name.toLowerCase(Locale.ROOT).contains("images")) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    double size = Math.abs(value);
    String format = size >= 1_000 ? "%,.0f" : size >= 10 ? "%.2f" : size >= 0.001 ? "%.4f" : "%.2e";
    return value == 0 ? "0" : String.format(Locale.ROOT, format, value);
  }

  /** The table for a terminal. */
  public String text() {
    int[] widths = new int[header.size()];
    List<List<String>> all = new ArrayList<>(List.of(header));
    all.addAll(rows);
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : all) {
      text.append(("%-" + widths[0] + "s").formatted(row.get(0)));
      for (int i = 1; i < widths.length; i++) {
        text.append(("  %" + widths[i] + "s").formatted(row.get(i)));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
