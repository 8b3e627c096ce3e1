package io.github.ideal4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.ideal4j.onnx.serving.BundleDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {

  private static final String SUM = "0123456789abcdef".repeat(4);

  private static BundleDescription bundle(Map<String, Object> provenance) {
    return new BundleDescription(
        "toy: a 'tokenizer'",
        new BundleDescription.ImageSize(64, 64),
        new BundleDescription.Grid(16, 16),
        new BundleDescription.Codebook(1024, 16),
        new BundleDescription.Backbone("vit_tiny", SUM, List.of(4, 12), List.of(), List.of()),
        Optional.of(new BundleDescription.Prior(99, SUM, Map.of("parameters", 5370112))),
        provenance);
  }

  private static Map<String, Object> provenance() {
    return Map.of(
        "steps",
        9000,
        "seed",
        0,
        "inputs",
        Map.of("photographs", SUM),
        "validation",
        Map.of("psnr", 20.5, "images", 381.0));
  }

  private static JsonNode head(String card) throws IOException {
    assertThat(card).startsWith("---\n");
    return new YAMLMapper().readTree(card.substring(4, card.indexOf("\n---\n") + 1));
  }

  /** The keys that the Hub requires of a result: task.type, dataset.type and name, metric type. */
  @Test
  void theHeadIsWhatTheHubReads() throws IOException {
    JsonNode head = head(ModelCard.of(bundle(provenance()), ModelCard.Details.NONE));
    assertThat(head.get("license").asText()).isEqualTo("unknown");
    assertThat(head.get("library_name").asText()).isEqualTo("ideal4j");
    assertThat(head.get("pipeline_tag").asText()).isEqualTo("image-feature-extraction");
    assertThat(head.get("tags").toString())
        .contains("image-tokenizer", "onnx", "class-conditional-image-generation");
    JsonNode index = head.get("model-index").get(0);
    assertThat(index.get("name").asText()).isEqualTo("toy: a 'tokenizer'");
    JsonNode result = index.get("results").get(0);
    assertThat(result.get("task").get("type").asText()).isEqualTo("image-feature-extraction");
    assertThat(result.get("dataset").get("type").asText()).isEqualTo("imagefolder");
    assertThat(result.get("dataset").get("name").asText()).contains(SUM);
    assertThat(result.get("metrics")).hasSize(1);
    assertThat(result.get("metrics").get(0).get("type").asText()).isEqualTo("psnr");
    assertThat(result.get("metrics").get(0).get("value").asDouble()).isEqualTo(20.5);
  }

  @Test
  void measuredNumbersTakeThePlaceOfTheValidation() throws IOException {
    ModelCard.Details details =
        new ModelCard.Details(
            "apache-2.0",
            List.of("someone/caltech101"),
            Map.of("fid2048", 31.25, "psnr", 21.0, "inceptionScore", Double.NaN));
    String card = ModelCard.of(bundle(provenance()), details);
    JsonNode head = head(card);
    assertThat(head.get("license").asText()).isEqualTo("apache-2.0");
    assertThat(head.get("datasets").get(0).asText()).isEqualTo("someone/caltech101");
    JsonNode metrics = head.get("model-index").get(0).get("results").get(0).get("metrics");
    assertThat(metrics.findValuesAsText("type")).containsExactly("psnr", "fid2048");
    assertThat(card)
        .contains("| PSNR, dB | 21 |", "| fid2048 | 31.25 |", "Measured of this bundle's graphs")
        .doesNotContain("20.5");
  }

  @Test
  void theTextSaysWhatForWithWhatLimitsAndOfWhatItWasMade() {
    assertThat(ModelCard.of(bundle(provenance()), ModelCard.Details.NONE))
        .contains("64 x 64 pixels to 16 x 16 tokens out of 1,024", "2,560 bits")
        .contains("## Intended use", "## Limits", "## Data and training", "- steps: 9000")
        .contains("sha256 of photographs: " + SUM)
        .contains("## Metrics", "## Prior", "99 classes", "- parameters: 5,370,112")
        .contains("## How to use it", "# [1, 64, 64, 3]", "ideal sample");
  }

  @Test
  void aBundleThatKnowsNothingOfItselfHasACardToo() throws IOException {
    String card = ModelCard.of(bundle(Map.of()), ModelCard.Details.NONE);
    assertThat(head(card).has("model-index")).isFalse();
    assertThat(card).doesNotContain("## Metrics").doesNotContain("null");
  }

  @Test
  void aLicenseThatIsNoIdentifierIsRefused() {
    assertThatThrownBy(() -> new ModelCard.Details("Apache 2", List.of(), Map.of()))
        .hasMessage("license 'Apache 2' is no identifier of the Hub, such as apache-2.0");
  }

  @Test
  void theJavaOfTheCardCompiles(@TempDir Path folder) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Assumptions.assumeTrue(compiler != null, "this Java runtime has no compiler");
    String card = ModelCard.of(bundle(Map.of()), ModelCard.Details.NONE);
    String code = card.substring(card.indexOf("```java\n") + 8);
    Path file = folder.resolve("Card.java");
    Files.writeString(
        file,
        """
        import io.github.ideal4j.image.*;
        import io.github.ideal4j.onnx.serving.*;
        import java.nio.file.*;
        import java.util.List;

        class Card {
          void use() throws Exception {
            %s
          }
        }
        """
            .formatted(code.substring(0, code.indexOf("```"))));
    assertThat(compiler.run(null, null, null, "-d", folder.toString(), file.toString())).isZero();
  }
}
