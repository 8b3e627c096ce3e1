package io.github.ideal4j.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** What a source holds: from its {@code labels.csv}, or else from the names of its files. */
final class Labels {

  static final String FILE = "labels.csv";

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setIgnoreEmptyLines(true)
          .setTrim(true)
          .get();

  private Labels() {}

  /** Images among these files, sorted by path; the folder an image lies in names its class. */
  static List<ImageEntry> fromPaths(List<String> paths) {
    return paths.stream()
        .filter(Names::isImage)
        .sorted()
        .map(path -> new ImageEntry(path, Names.parentFolder(path), null))
        .toList();
  }

  /** The rows of a {@code labels.csv} in their order; {@code class} wins over {@code label}. */
  static List<ImageEntry> parse(byte[] csv, String name) throws IOException {
    List<ImageEntry> entries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try (CSVParser rows = CSVParser.parse(text(csv), FORMAT)) {
      if (!rows.getHeaderNames().contains("path")) {
        throw new ImageFormatException(
            name,
            "no column 'path' among %s; columns are path,label,class,split"
                .formatted(rows.getHeaderNames()));
      }
      for (CSVRecord row : rows) {
        ImageEntry entry = entry(row, name);
        if (!seen.add(entry.path())) {
          throw new ImageFormatException(
              name, "line %d repeats %s".formatted(line(row), Names.quote(entry.path())));
        }
        entries.add(entry);
      }
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw new ImageFormatException(name, "not a readable CSV file: " + e.getMessage(), e);
    }
    return List.copyOf(entries);
  }

  /** Without the mark that spreadsheets put in front. */
  private static String text(byte[] csv) {
    String text = new String(csv, StandardCharsets.UTF_8);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static ImageEntry entry(CSVRecord row, String name) throws ImageFormatException {
    String path = column(row, "path");
    if (path == null) {
      throw new ImageFormatException(name, "line %d has no path".formatted(line(row)));
    }
    Names.requireInside(name, path);
    String className = column(row, "class");
    return new ImageEntry(
        path, className == null ? column(row, "label") : className, column(row, "split"));
  }

  private static String column(CSVRecord row, String name) {
    return row.isSet(name) && !row.get(name).isEmpty() ? row.get(name) : null;
  }

  private static long line(CSVRecord row) {
    return row.getRecordNumber() + 1;
  }
}
