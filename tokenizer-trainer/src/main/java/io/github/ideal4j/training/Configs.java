package io.github.ideal4j.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.ideal4j.files.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Configuration records as YAML. Keys are the names of the record's components, every key must be
 * there or have a default, and no other may be: a file that is written holds the whole truth about
 * a run.
 */
public final class Configs {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  static {
    YAML.configure(EnumFeature.WRITE_ENUMS_TO_LOWERCASE, true);
  }

  private Configs() {}

  /**
   * Reads a configuration file.
   *
   * @throws IOException if the file cannot be read or is no YAML
   * @throws IllegalArgumentException if a key is unknown or missing, or a value is not valid
   */
  public static <C extends Record> C read(Path file, Class<C> type) throws IOException {
    return convert(tree(Files.readString(file), file.toString()), type, file.toString());
  }

  /** Writes a configuration with every value, beside and moved into place. */
  public static void write(Path file, Record config) throws IOException {
    AtomicFile.writeString(file, toYaml(config));
  }

  /** The YAML text of a configuration, complete. */
  public static String toYaml(Record config) {
    try {
      return YAML.writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as YAML: " + config, e);
    }
  }

  /** The values of a configuration by dotted key. */
  static Map<String, String> flat(Record config) {
    JsonNode tree = YAML.valueToTree(config);
    return new ConfigSchema(config.getClass())
        .keys().stream()
            .collect(
                Collectors.toMap(
                    key -> key,
                    key -> tree.at("/" + key.replace('.', '/')).toString(),
                    (a, b) -> a,
                    java.util.LinkedHashMap::new));
  }

  static ObjectNode tree(String yaml, String origin) throws IOException {
    try {
      JsonNode tree = YAML.readTree(yaml);
      if (tree instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new IOException("%s is no YAML: %s".formatted(origin, e.getOriginalMessage()), e);
    }
    throw new IOException(origin + " holds no keys with values");
  }

  /** Lays {@code extra} over {@code base}; sections are merged key by key. */
  static void merge(ObjectNode base, ObjectNode extra) {
    for (Map.Entry<String, JsonNode> field : extra.properties()) {
      if (field.getValue() instanceof ObjectNode section
          && base.get(field.getKey()) instanceof ObjectNode into) {
        merge(into, section);
      } else {
        base.set(field.getKey(), field.getValue());
      }
    }
  }

  /** Applies {@code a.b=value}. */
  static void override(ObjectNode tree, String assignment) throws IOException {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(
          "--set %s: expected key=value, such as training.steps=500".formatted(assignment));
    }
    List<String> path = List.of(assignment.substring(0, equals).trim().split("\\."));
    ObjectNode section = tree;
    for (String part : path.subList(0, path.size() - 1)) {
      JsonNode next = section.get(part);
      section = next instanceof ObjectNode object ? object : section.putObject(part);
    }
    section.set(path.get(path.size() - 1), value(assignment.substring(equals + 1)));
  }

  /**
   * Values of keys that files of earlier versions and presets may leave out: the resource {@code
   * presets/defaults/<record>.yaml}, if the record has one.
   */
  private static ObjectNode defaults(Class<?> type) {
    String path = "presets/defaults/%s.yaml".formatted(type.getSimpleName());
    try (InputStream in = Configs.class.getResourceAsStream(path)) {
      return in == null
          ? YAML.createObjectNode()
          : tree(new String(in.readAllBytes(), StandardCharsets.UTF_8), path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode value(String text) throws IOException {
    return YAML.readTree(text.isBlank() ? "''" : text);
  }

  static <C extends Record> C convert(ObjectNode given, Class<C> type, String origin) {
    new ConfigSchema(type).checkKeys(given, origin);
    ObjectNode tree = defaults(type);
    merge(tree, given);
    try {
      return YAML.treeToValue(tree, type);
    } catch (JsonMappingException e) {
      String key =
          e.getPath().stream()
              .map(JsonMappingException.Reference::getFieldName)
              .collect(Collectors.joining("."));
      String reason =
          e.getCause() instanceof IllegalArgumentException cause
              ? cause.getMessage()
              : e.getOriginalMessage().lines().findFirst().orElse("not valid");
      throw new IllegalArgumentException(
          key.isEmpty()
              ? "%s: %s".formatted(origin, reason)
              : "%s, %s: %s".formatted(origin, key, reason),
          e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(origin + ": " + e.getOriginalMessage(), e);
    }
  }
}
