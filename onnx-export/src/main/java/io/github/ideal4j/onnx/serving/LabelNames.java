package io.github.ideal4j.onnx.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.names.NearNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** {@code labels.json}: an object with the name of every class by its number, from 0 on. */
final class LabelNames {

  private static final int SHOWN = 5;

  private static final ObjectMapper JSON = new ObjectMapper();

  private LabelNames() {}

  static String toJson(List<String> names) throws IOException {
    Map<Integer, String> byNumber = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      byNumber.put(i, names.get(i));
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(byNumber) + "\n";
  }

  static List<String> read(Path file) throws IOException {
    Map<Integer, String> byNumber;
    try {
      byNumber = JSON.readValue(file.toFile(), new TypeReference<TreeMap<Integer, String>>() {});
    } catch (JsonProcessingException e) {
      String problem = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new BundleException("%s holds no labels: %s".formatted(file, problem), e);
    }
    List<String> names = new ArrayList<>();
    for (Map.Entry<Integer, String> label : byNumber.entrySet()) {
      if (label.getKey() != names.size()) {
        throw new BundleException("%s has no label %d".formatted(file, names.size()));
      }
      names.add(label.getValue());
    }
    return List.copyOf(names);
  }

  static String unknown(String wanted, List<String> names) {
    if (names.isEmpty()) {
      return "label '%s' is unknown: the bundle names no classes".formatted(wanted);
    }
    String start = wanted.toLowerCase(Locale.ROOT);
    List<String> near =
        names.stream().filter(name -> name.toLowerCase(Locale.ROOT).contains(start)).toList();
    boolean number = wanted.chars().allMatch(Character::isDigit);
    List<String> shown = !near.isEmpty() ? near : number ? names : NearNames.sorted(start, names);
    String examples = String.join(", ", shown.stream().limit(SHOWN).toList());
    return "label '%s' is unknown; valid are 0 to %d and names such as %s"
        .formatted(wanted, names.size() - 1, examples);
  }
}
