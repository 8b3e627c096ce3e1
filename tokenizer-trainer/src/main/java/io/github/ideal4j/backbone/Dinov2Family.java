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
 * DINOv2 (arXiv 2304.07193), also with registers (arXiv 2309.16588). The table is resized without
 * antialias in the first and with it in the second.
 */
final class Dinov2Family implements VisionFamily {

  private static final String WITH_REGISTERS = "dinov2_with_registers";

  @Override
  public List<String> modelTypes() {
    return List.of("dinov2", WITH_REGISTERS);
  }

  @Override
  public VisionArchitecture architecture(JsonNode config) {
    boolean registers = config.path("model_type").asText().equals(WITH_REGISTERS);
    boolean gated = config.path("use_swiglu_ffn").asBoolean(false);
    int width = integer(config, "hidden_size", 768);
    int hidden = (int) (width * config.path("mlp_ratio").asDouble(4));
    return new VisionArchitecture(
        registers ? WITH_REGISTERS : "dinov2",
        integer(config, "num_hidden_layers", 12),
        width,
        integer(config, "num_attention_heads", 12),
        gated ? (hidden * 2 / 3 + 7) / 8 * 8 : hidden,
        integer(config, "patch_size", registers ? 16 : 14),
        side(config, "image_size", 0, 224),
        side(config, "image_size", 1, 224),
        gated ? Activation.SILU : Activation.of(config.path("hidden_act").asText("gelu")),
        gated,
        config.path("layer_norm_eps").asDouble(1e-6),
        true,
        registers ? integer(config, "num_register_tokens", 4) : 0,
        registers ? Positions.TABLE_ANTIALIASED : Positions.TABLE,
        0,
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
                "query", "attention.attention.query",
                "key", "attention.attention.key",
                "value", "attention.attention.value",
                "proj", "attention.output.dense",
                "scale1", "layer_scale1.lambda1",
                "norm2", "norm2",
                "scale2", "layer_scale2.lambda1"));
    parts.putAll(
        architecture.gated()
            ? Map.of("gate_up", "mlp.weights_in", "down", "mlp.weights_out")
            : Map.of("fc1", "mlp.fc1", "fc2", "mlp.fc2"));
    return new FamilyNames(
        List.of("", "dinov2.", "dinov2_with_registers."),
        "embeddings.patch_embeddings.projection",
        "embeddings.cls_token",
        architecture.registers() > 0 ? "embeddings.register_tokens" : null,
        "embeddings.position_embeddings",
        null,
        List.of("encoder.layer.%d."),
        parts,
        "layernorm",
        Set.of(),
        List.of("(.*\\.)?embeddings\\.mask_token", "classifier\\..*"));
  }
}
