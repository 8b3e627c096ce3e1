package io.github.ideal4j.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The published document of the protocol; knows the few words of JSON Schema that it uses. */
final class OpenApiSchema {

  private final JsonNode document;

  OpenApiSchema() throws IOException {
    try (InputStream in =
        OpenApiSchema.class.getResourceAsStream("/openapi/open_inference_rest.yaml")) {
      document = new YAMLMapper().readTree(in);
    }
  }

  List<String> paths() {
    List<String> paths = new ArrayList<>();
    document.get("paths").fieldNames().forEachRemaining(paths::add);
    return paths;
  }

  JsonNode operation(String path) {
    return document.get("paths").get(path);
  }

  /** What is wrong with a value, as text; empty if it fits. */
  String problems(String schema, JsonNode value) {
    return problems(document.at("/components/schemas/" + schema), value, "$");
  }

  private String problems(JsonNode schema, JsonNode value, String at) {
    if (schema.has("$ref")) {
      return problems(document.at(schema.get("$ref").asText().substring(1)), value, at);
    }
    if (schema.has("anyOf")) {
      for (JsonNode one : schema.get("anyOf")) {
        if (problems(one, value, at).isEmpty()) {
          return "";
        }
      }
      return at + " is none of what it may be\n";
    }
    String type = schema.path("type").asText();
    boolean fits =
        switch (type) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isTextual();
          case "integer" -> value.isIntegralNumber();
          case "number" -> value.isNumber();
          case "boolean" -> value.isBoolean();
          default -> throw new IllegalStateException("type '%s' at %s".formatted(type, at));
        };
    if (!fits) {
      return "%s is no %s%n".formatted(at, type);
    }
    StringBuilder problems = new StringBuilder();
    schema
        .path("required")
        .forEach(
            name -> {
              if (!value.has(name.asText())) {
                problems.append("%s has no %s%n".formatted(at, name.asText()));
              }
            });
    value
        .properties()
        .forEach(
            entry -> {
              if (!schema.path("properties").has(entry.getKey()) && schema.has("properties")) {
                problems.append("%s has an unknown %s%n".formatted(at, entry.getKey()));
              } else if (schema.has("properties")) {
                problems.append(
                    problems(
                        schema.get("properties").get(entry.getKey()),
                        entry.getValue(),
                        at + "." + entry.getKey()));
              }
            });
    for (int i = 0; i < value.size() && value.isArray(); i++) {
      problems.append(problems(schema.get("items"), value.get(i), at + "[" + i + "]"));
    }
    return problems.toString();
  }
}
