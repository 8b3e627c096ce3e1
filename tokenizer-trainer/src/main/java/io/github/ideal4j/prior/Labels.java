package io.github.ideal4j.prior;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code labels.json}: the name of every class by its number, as a JSON object. */
final class Labels {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Labels() {}

  static void write(Path file, List<String> names) throws IOException {
    Map<Integer, String> byNumber = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      byNumber.put(i, names.get(i));
    }
    AtomicFile.writeString(
        file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(byNumber) + "\n");
  }

  static List<String> read(Path file) throws IOException {
    Map<Integer, String> byNumber;
    try {
      byNumber = JSON.readValue(file.toFile(), new TypeReference<TreeMap<Integer, String>>() {});
    } catch (JsonProcessingException e) {
      throw new IOException("%s holds no labels: %s".formatted(file, e.getOriginalMessage()), e);
    }
    List<String> names = new ArrayList<>();
    for (Map.Entry<Integer, String> label : byNumber.entrySet()) {
      if (label.getKey() != names.size()) {
        throw new IOException("%s has no label %d".formatted(file, names.size()));
      }
      names.add(label.getValue());
    }
    return List.copyOf(names);
  }
}
