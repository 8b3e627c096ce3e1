package io.github.ideal4j.training;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code metrics.jsonl}: one JSON object a line, each with {@code step} (how many steps were done)
 * and numbers by name. Lines are appended as they come; a resumed run first drops those that its
 * checkpoint has not seen.
 */
public final class Metrics {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Double>> NUMBERS = new TypeReference<>() {};

  private final Path file;

  Metrics(Path file) {
    this.file = file;
  }

  /** All lines in order; none if nothing was logged yet. A half-written last line is left out. */
  public List<Map<String, Double>> read() throws IOException {
    List<Map<String, Double>> lines = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        if (line.endsWith("}")) {
          lines.add(JSON.readValue(line, NUMBERS));
        }
      }
    }
    return lines;
  }

  void append(Map<String, ? extends Number> numbers) throws IOException {
    String line = JSON.writeValueAsString(numbers) + "\n";
    Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Drops the lines of steps after {@code step}. */
  void keepUntil(long step) throws IOException {
    StringBuilder kept = new StringBuilder();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        if (line.endsWith("}") && JSON.readTree(line).get("step").asLong() <= step) {
          kept.append(line).append('\n');
        }
      }
    }
    AtomicFile.writeString(file, kept.toString());
  }
}
