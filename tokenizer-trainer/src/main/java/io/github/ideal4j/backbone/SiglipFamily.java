package io.github.ideal4j.backbone;

import static io.github.ideal4j.backbone.VisionFamily.integer;
import static io.github.ideal4j.backbone.VisionFamily.side;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.backbone.VisionArchitecture.Positions;
import java.util.List;
import java.util.Set;

/**
 * SigLIP (arXiv 2303.15343) and SigLIP2 (arXiv 2502.14786) at fixed resolution, alone or beside its
 * text tower: no class token, an attention pool that is not used here.
 */
final class SiglipFamily implements VisionFamily {

  @Override
  public List<String> modelTypes() {
    return List.of("siglip", "siglip_vision_model");
  }

  @Override
  public VisionArchitecture architecture(JsonNode config) {
    return new VisionArchitecture(
        "siglip",
        integer(config, "num_hidden_layers", 12),
        integer(config, "hidden_size", 768),
        integer(config, "num_attention_heads", 12),
        integer(config, "intermediate_size", 3072),
        integer(config, "patch_size", 16),
        side(config, "image_size", 0, 224),
        side(config, "image_size", 1, 224),
        Activation.of(config.path("hidden_act").asText("gelu_pytorch_tanh")),
        false,
        config.path("layer_norm_eps").asDouble(1e-6),
        false,
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
        List.of("vision_model.", ""),
        "embeddings.patch_embedding",
        null,
        null,
        "embeddings.position_embedding.weight",
        null,
        List.of("encoder.layers.%d."),
        ClipFamily.PARTS,
        "post_layernorm",
        Set.of(),
        List.of(
            "(vision_model\\.)?head\\..*",
            "(vision_model\\.)?embeddings\\.position_ids",
            "text_model\\..*",
            "logit_(scale|bias)",
            "classifier\\..*"));
  }
}
