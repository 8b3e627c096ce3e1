package io.github.ideal4j.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.ideal4j.onnx.serving.BundleDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metadata of a model card, in the keys of the Hugging Face Hub's model cards: {@code license},
 * {@code library_name}, {@code pipeline_tag}, {@code tags}, {@code datasets} and {@code
 * model-index} with the metrics.
 */
final class CardHead {

  private static final String TASK = "image-feature-extraction";
  private static final String NAME = "name";
  private static final String TYPE = "type";
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .build();

  private CardHead() {}

  static String yaml(BundleDescription bundle, ModelCard.Details details, CardMetrics metrics) {
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("license", details.license());
    head.put("library_name", "ideal4j");
    head.put("pipeline_tag", TASK);
    head.put("tags", tags(bundle));
    if (!details.datasets().isEmpty()) {
      head.put("datasets", details.datasets());
    }
    if (!metrics.rows().isEmpty()) {
      head.put("model-index", List.of(index(bundle, details, metrics)));
    }
    try {
      return YAML.writeValueAsString(head);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the metadata of a card are plain values", e);
    }
  }

  private static List<String> tags(BundleDescription bundle) {
    List<String> tags =
        new ArrayList<>(
            List.of("image-tokenizer", "vector-quantization", "ideal", "onnx", "onnxruntime"));
    if (bundle.prior().isPresent()) {
      tags.add("class-conditional-image-generation");
    }
    return tags;
  }

  private static Map<String, Object> index(
      BundleDescription bundle, ModelCard.Details details, CardMetrics metrics) {
    List<Map<String, Object>> values = new ArrayList<>();
    for (CardMetrics.Row row : metrics.rows()) {
      if (!row.name().equals("images")) {
        values.add(ordered(TYPE, row.name(), NAME, row.title(), "value", row.value()));
      }
    }
    Map<String, Object> task = ordered(TYPE, TASK, NAME, "Image tokenization and reconstruction");
    Map<String, Object> result =
        ordered("task", task, "dataset", dataset(bundle, details), "metrics", values);
    return ordered(NAME, bundle.name(), "results", List.of(result));
  }

  /** A data set of the Hub, or photographs that are known by their sum. */
  private static Map<String, Object> dataset(BundleDescription bundle, ModelCard.Details details) {
    if (!details.datasets().isEmpty()) {
      String name = details.datasets().get(0);
      return ordered(NAME, name, TYPE, name);
    }
    Object sum = ModelCard.child(bundle.provenance(), "inputs").get("photographs");
    return ordered(
        NAME, sum == null ? "photographs" : "photographs, sha256 " + sum, TYPE, "imagefolder");
  }

  /** Keys and values in turn. */
  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
