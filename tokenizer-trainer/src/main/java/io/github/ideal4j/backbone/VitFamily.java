package io.github.ideal4j.backbone;

import static io.github.ideal4j.backbone.VisionFamily.integer;
import static io.github.ideal4j.backbone.VisionFamily.side;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.backbone.VisionArchitecture.Positions;
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
    return new VisionArchitecture(
        config.path("model_type").asText("vit"),
        integer(config, "num_hidden_layers", 12),
        integer(config, "hidden_size", 768),
        integer(config, "num_attention_heads", 12),
        integer(config, "intermediate_size", 3072),
        integer(config, "patch_size", 16),
        side(config, "image_size", 0, 224),
        side(config, "image_size", 1, 224),
        Activation.of(config.path("hidden_act").asText("gelu")),
        false,
        config.path("layer_norm_eps").asDouble(1e-12),
        true,
        0,
        Positions.TABLE,
        0,
        false,
        false,
        true);
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
