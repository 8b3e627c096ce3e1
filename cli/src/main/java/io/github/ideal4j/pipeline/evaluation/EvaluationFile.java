package io.github.ideal4j.pipeline.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code ideal evaluate --json} printed, read again. */
public final class EvaluationFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private EvaluationFile() {}

  /**
   * The numbers of the bundle by name.
   *
   * @param file an object whose {@code metrics} are numbers by name, or which has them itself
   * @throws IOException if there are none
   */
  public static Map<String, Double> metrics(Path file) throws IOException {
    JsonNode object = JSON.readTree(file.toFile());
    Map<String, Double> numbers = new LinkedHashMap<>();
    JsonNode metrics = object.has("metrics") ? object.get("metrics") : object;
    for (Map.Entry<String, JsonNode> field : metrics.properties()) {
      if (field.getValue().isNumber()) {
        numbers.put(field.getKey(), field.getValue().asDouble());
      }
    }
    if (numbers.isEmpty()) {
      throw new IOException("%s has no numbers by name, such as {\"psnr\": 20.6}".formatted(file));
    }
    return numbers;
  }
}
