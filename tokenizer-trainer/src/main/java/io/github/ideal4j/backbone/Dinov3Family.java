package io.github.ideal4j.backbone;

import static io.github.ideal4j.backbone.VisionFamily.integer;
import static io.github.ideal4j.backbone.VisionFamily.side;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.backbone.VisionArchitecture.Positions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * DINOv3 ViT (arXiv 2508.10104): rotary positions on patches, registers, biases by configuration.
 */
final class Dinov3Family implements VisionFamily {

  @Override
  public List<String> modelTypes() {
    return List.of("dinov3_vit");
  }

  @Override
  public VisionArchitecture architecture(JsonNode config) {
    return new VisionArchitecture(
        "dinov3_vit",
        integer(config, "num_hidden_layers", 12),
        integer(config, "hidden_size", 384),
        integer(config, "num_attention_heads", 6),
        integer(config, "intermediate_size", 1536),
        integer(config, "patch_size", 16),
        side(config, "image_size", 0, 224),
        side(config, "image_size", 1, 224),
        Activation.of(config.path("hidden_act").asText("gelu")),
        config.path("use_gated_mlp").asBoolean(false),
        config.path("layer_norm_eps").asDouble(1e-5),
        true,
        integer(config, "num_register_tokens", 0),
        Positions.ROTARY,
        config.path("rope_theta").asDouble(100),
        false,
        true,
        true);
  }

  @Override
  public FamilyNames names(VisionArchitecture architecture) {
    Map<String, String> parts =
        new HashMap<>(
            Map.of(
                "norm1", "norm1",
                "query", "attention.q_proj",
                "key", "attention.k_proj",
                "value", "attention.v_proj",
                "proj", "attention.o_proj",
                "scale1", "layer_scale1.lambda1",
                "norm2", "norm2",
                "scale2", "layer_scale2.lambda1"));
    parts.putAll(
        architecture.gated()
            ? Map.of("gate", "mlp.gate_proj", "up", "mlp.up_proj", "down", "mlp.down_proj")
            : Map.of("fc1", "mlp.up_proj", "fc2", "mlp.down_proj"));
    return new FamilyNames(
        List.of("", "dinov3_vit."),
        "embeddings.patch_embeddings",
        "embeddings.cls_token",
        architecture.registers() > 0 ? "embeddings.register_tokens" : null,
        null,
        null,
        List.of("layer.%d.", "model.layer.%d."),
        parts,
        "norm",
        Set.of("query", "key", "value", "proj", "fc1", "fc2", "gate", "up", "down"),
        List.of(
            "(.*\\.)?embeddings\\.(mask_token|register_tokens)",
            "(.*\\.)?rope_embeddings\\..*",
            "classifier\\..*"));
  }
}
