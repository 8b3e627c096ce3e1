package io.github.ideal4j.backbone;

import com.fasterxml.jackson.databind.JsonNode;
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
    return VisionFamily.plain("siglip", config, 16, "gelu_pytorch_tanh", 1e-6, false, false, true);
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
