package io.github.ideal4j.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * CLIP's vision tower (arXiv 2103.00020): a norm after the embeddings, quick GELU, no bias in the
 * patch projection. The library applies the final norm to the class token only.
 */
final class ClipFamily implements VisionFamily {

  static final Map<String, String> PARTS =
      Map.of(
          "norm1", "layer_norm1",
          "query", "self_attn.q_proj",
          "key", "self_attn.k_proj",
          "value", "self_attn.v_proj",
          "proj", "self_attn.out_proj",
          "norm2", "layer_norm2",
          "fc1", "mlp.fc1",
          "fc2", "mlp.fc2");

  @Override
  public List<String> modelTypes() {
    return List.of("clip", "clip_vision_model");
  }

  @Override
  public VisionArchitecture architecture(JsonNode config) {
    return VisionFamily.plain("clip", config, 32, "quick_gelu", 1e-5, true, true, false);
  }

  @Override
  public FamilyNames names(VisionArchitecture architecture) {
    return new FamilyNames(
        List.of("vision_model.", ""),
        "embeddings.patch_embedding",
        "embeddings.class_embedding",
        null,
        "embeddings.position_embedding.weight",
        "pre_layrnorm", // misspelt in every published checkpoint
        List.of("encoder.layers.%d."),
        PARTS,
        "post_layernorm",
        Set.of("patch"),
        List.of(
            "(vision_model\\.)?embeddings\\.position_ids",
            "text_model\\..*",
            "logit_scale",
            "(text|visual)_projection\\..*",
            "classifier\\..*"));
  }
}
