package io.github.ideal4j.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.ideal4j.names.NearNames;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The keys a configuration record has: {@code training.optimizer.beta1} for nested records. */
final class ConfigSchema {

  private final List<String> keys = new ArrayList<>();
  private final List<String> sections = new ArrayList<>();
  private final Class<?> type;

  ConfigSchema(Class<?> type) {
    this.type = type;
    collect(type, "");
  }

  private void collect(Class<?> record, String prefix) {
    for (RecordComponent component : record.getRecordComponents()) {
      String key = prefix + component.getName();
      if (component.getType().isRecord()) {
        sections.add(key);
        collect(component.getType(), key + ".");
      } else {
        keys.add(key);
      }
    }
  }

  List<String> keys() {
    return List.copyOf(keys);
  }

  /** Throws with the nearest valid key unless every key of the tree exists. */
  void checkKeys(JsonNode tree, String origin) {
    check(type, tree, "", origin);
  }

  private void check(Class<?> record, JsonNode tree, String prefix, String origin) {
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      RecordComponent component =
          Stream.of(record.getRecordComponents())
              .filter(c -> c.getName().equals(field.getKey()))
              .findFirst()
              .orElseThrow(() -> unknown(prefix + field.getKey(), origin));
      if (component.getType().isRecord()) {
        checkSection(component, field.getValue(), prefix + field.getKey(), origin);
      } else {
        checkValue(component.getType(), field.getValue(), prefix + field.getKey(), origin);
      }
    }
  }

  private void checkSection(RecordComponent component, JsonNode value, String key, String origin) {
    if (!(value instanceof ObjectNode)) {
      throw new IllegalArgumentException(
          "%s: '%s' is a section, not a value; its keys are %s"
              .formatted(origin, key, new ConfigSchema(component.getType()).keys()));
    }
    check(component.getType(), value, key + ".", origin);
  }

  private static void checkValue(Class<?> type, JsonNode value, String key, String origin) {
    if (type.isEnum()) {
      List<String> valid =
          Stream.of(type.getEnumConstants())
              .map(c -> c.toString().toLowerCase(Locale.ROOT))
              .toList();
      if (!valid.contains(value.asText().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "%s: %s is '%s'; valid are %s%s"
                .formatted(
                    origin, key, value.asText(), valid, NearNames.hint(value.asText(), valid)));
      }
    }
  }

  /** The error for a key that does not exist. */
  IllegalArgumentException unknown(String key, String origin) {
    List<String> all = Stream.concat(keys.stream(), sections.stream()).toList();
    String nearest =
        all.stream().min(Comparator.comparingInt(valid -> distance(key, valid))).orElse("none");
    return new IllegalArgumentException(
        "%s: unknown key '%s'; the nearest valid key is '%s'".formatted(origin, key, nearest));
  }

  /** Edits between two keys; a last part that fits beside a missing section counts little. */
  private static int distance(String given, String valid) {
    String givenLeaf = given.substring(given.lastIndexOf('.') + 1);
    String validLeaf = valid.substring(valid.lastIndexOf('.') + 1);
    return Math.min(
        2 * NearNames.edits(given, valid), 1 + 2 * NearNames.edits(givenLeaf, validLeaf));
  }
}
