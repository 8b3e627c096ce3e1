package io.github.ideal4j.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The supervised ViT (arXiv 2010.11929) and the encoder of ViT-MAE (arXiv 2111.06377), unmasked.
 */
final class VitFamily implements VisionFamily {

  @Override
  public List<String> modelTypes() {
    return List.of("vit", "vit_mae");
  }

  @Override
  public VisionArchitecture architecture(JsonNode config) {
    return VisionFamily.plain(
        config.path("model_type").asText("vit"), config, 16, "gelu", 1e-12, true, false, true);
  }

  @Override
  public FamilyNames names(VisionArchitecture architecture) {
    return new FamilyNames(
        List.of("", "vit."),
        "embeddings.patch_embeddings.projection",
        "embeddings.cls_token",
        null,
        "embeddings.position_embeddings",
        null,
        List.of("encoder.layer.%d."),
        Map.of(
            "norm1", "layernorm_before",
            "query", "attention.attention.query",
            "key", "attention.attention.key",
            "value", "attention.attention.value",
            "proj", "attention.output.dense",
            "norm2", "layernorm_after",
            "fc1", "intermediate.dense",
            "fc2", "output.dense"),
        "layernorm",
        Set.of("query", "key", "value"),
        List.of(
            "(vit\\.)?pooler\\..*",
            "(vit\\.)?embeddings\\.mask_token",
            "classifier\\..*",
            "decoder\\..*"));
  }
}
