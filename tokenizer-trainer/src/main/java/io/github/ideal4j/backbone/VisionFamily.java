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
