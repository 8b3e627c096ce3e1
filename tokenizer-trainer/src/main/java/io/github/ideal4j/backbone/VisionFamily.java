package io.github.ideal4j.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A published kind of vision transformer: how its {@code config.json} is read and its tensors are
 * called. What is common to all is {@link VisionTransformer}'s.
 */
interface VisionFamily {

  /** Every family that is known; a new one is a class and a line here. */
  List<VisionFamily> ALL =
      List.of(
          new Dinov2Family(),
          new Dinov3Family(),
          new SiglipFamily(),
          new ClipFamily(),
          new VitFamily());

  /** The values of {@code model_type} that name it. */
  List<String> modelTypes();

  /**
   * Reads the sizes.
   *
   * @param config of the vision tower
   */
  VisionArchitecture architecture(JsonNode config);

  /** What its tensors are called. */
  FamilyNames names(VisionArchitecture architecture);

  /**
   * The family that a {@code config.json} names.
   *
   * @throws IllegalArgumentException if none does; the message lists those that are known
   */
  static VisionFamily of(JsonNode config) {
    String type = config.path("model_type").asText("");
    List<String> known = new ArrayList<>();
    for (VisionFamily family : ALL) {
      if (family.modelTypes().contains(type)) {
        return family;
      }
      known.addAll(family.modelTypes());
    }
    throw new IllegalArgumentException(
        "unknown model_type '%s'; known are %s, and timm's ViT without a config.json"
            .formatted(type, String.join(", ", known)));
  }

  /**
   * A transformer without registers, layer scale or gates, whose table of positions is resized
   * without antialias, with the sizes that the library takes where a configuration has none.
   *
   * @param patch side of a patch where it is not written
   * @param activation name where it is not written
   * @param epsilon of the norms where it is not written
   */
  static VisionArchitecture plain(
      String family,
      JsonNode config,
      int patch,
      String activation,
      double epsilon,
      boolean classToken,
      boolean normBefore,
      boolean normsLast) {
    return new VisionArchitecture(
        family,
        integer(config, "num_hidden_layers", 12),
        integer(config, "hidden_size", 768),
        integer(config, "num_attention_heads", 12),
        integer(config, "intermediate_size", 3072),
        integer(config, "patch_size", patch),
        side(config, "image_size", 0, 224),
        side(config, "image_size", 1, 224),
        Activation.of(config.path("hidden_act").asText(activation)),
        false,
        config.path("layer_norm_eps").asDouble(epsilon),
        classToken,
        0,
        VisionArchitecture.Positions.TABLE,
        0,
        normBefore,
        false,
        normsLast);
  }

  /** The part of a {@code config.json} that describes the vision tower. */
  static JsonNode vision(JsonNode config) {
    return config.path("vision_config").isObject() ? config.path("vision_config") : config;
  }

  /** A whole number of a configuration. */
  static int integer(JsonNode config, String name) {
    JsonNode value = config.path(name);
    if (!value.isIntegralNumber()) {
      throw new IllegalArgumentException(
          "config.json: %s must be a whole number, got %s"
              .formatted(name, value.isMissingNode() ? "nothing" : value));
    }
    return value.asInt();
  }

  /** A whole number, or what the library takes where it is not written. */
  static int integer(JsonNode config, String name, int otherwise) {
    return config.path(name).isMissingNode() ? otherwise : integer(config, name);
  }

  /** Height (0) or width (1) of a size that may be one number for both. */
  static int side(JsonNode config, String name, int axis, int otherwise) {
    JsonNode value = config.path(name);
    return value.isArray() ? value.path(axis).asInt() : integer(config, name, otherwise);
  }
}
