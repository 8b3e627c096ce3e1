package io.github.ideal4j.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.ideal4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.provenance.ModelProvenance;

/**
 * A model card in the layout of Tribuo's own {@code ModelCard} (schema 1.0), whose module is not
 * published with Tribuo 4.3.2: its code reads these files.
 */
final class TribuoModelCard {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCHEMA = "1.0";
  private static final int MOST_FEATURES = 1000; // names that a card lists, as an excerpt

  private TribuoModelCard() {}

  /**
   * Writes a card.
   *
   * @param metrics by name, on the test images
   */
  static void write(
      Model<?> model, Map<String, Double> metrics, int testImages, String features, Path file)
      throws IOException {
    ObjectNode card = JSON.createObjectNode();
    card.set("ModelDetails", details(model));
    card.set("TrainingDetails", training(model));
    card.set("TestingDetails", testing(metrics, testImages));
    card.set("UsageDetails", usage(features));
    AtomicFile.write(
        file, beside -> JSON.writerWithDefaultPrettyPrinter().writeValue(beside.toFile(), card));
  }

  private static ObjectNode details(Model<?> model) {
    ModelProvenance provenance = model.getProvenance();
    ObjectNode node = JSON.createObjectNode().put("schema-version", SCHEMA);
    node.put("model-type", model.getClass().getSimpleName());
    node.put("model-package", model.getClass().getTypeName());
    node.put("tribuo-version", provenance.getTribuoVersion());
    node.put("java-version", provenance.getJavaVersion());
    node.set(
        "configured-parameters",
        JSON.valueToTree(ProvenanceUtil.convertToMap(provenance.getTrainerProvenance())));
    return node;
  }

  private static <T extends Output<T>> ObjectNode training(Model<T> model) {
    ModelProvenance provenance = model.getProvenance();
    ObjectNode node = JSON.createObjectNode().put("schema-version", SCHEMA);
    node.put("training-time", provenance.getTrainingTime().toString());
    node.put("training-set-size", provenance.getDatasetProvenance().getNumExamples());
    node.put("num-features", model.getFeatureIDMap().size());
    ArrayNode names = node.putArray("features-list");
    for (int i = 0; i < Math.min(MOST_FEATURES, model.getFeatureIDMap().size()); i++) {
      names.add(model.getFeatureIDMap().get(i).getName());
    }
    node.put("num-outputs", model.getOutputIDInfo().size());
    ObjectNode outputs = node.putObject("outputs-distribution");
    for (Pair<String, Long> pair : model.getOutputIDInfo().outputCountsIterable()) {
      outputs.put(pair.getA(), pair.getB());
    }
    return node;
  }

  private static ObjectNode testing(Map<String, Double> metrics, int testImages) {
    ObjectNode node = JSON.createObjectNode().put("schema-version", SCHEMA);
    node.put("testing-set-size", testImages);
    ObjectNode values = node.putObject("metrics");
    metrics.forEach(values::put);
    return node;
  }

  private static ObjectNode usage(String features) {
    ObjectNode node = JSON.createObjectNode().put("schema-version", SCHEMA);
    node.put("intended-use", "images like those that it was trained on");
    node.put("intended-users", "");
    list(node, "out-of-scope-uses", List.of("tokens of another tokenizer"));
    list(
        node,
        "pre-processing-steps",
        List.of(
            "tokenize with the tokenizer that the model's provenance names",
            "make the features " + features));
    for (String empty : List.of("considerations-list", "relevant-factors-list", "resources-list")) {
      list(node, empty, List.of());
    }
    return node.put("primary-contact", "").put("model-citation", "").put("model-license", "");
  }

  private static void list(ObjectNode node, String name, List<String> values) {
    ArrayNode array = node.putArray(name);
    values.forEach(array::add);
  }
}
