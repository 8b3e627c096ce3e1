package io.github.ideal4j.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.backbone.VisionArchitecture.Positions;
import io.github.ideal4j.safetensors.SafetensorsFolder;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * timm's ViT: its sizes are read off the tensors, since its files come without the library's
 * configuration. With a class token (AugReg), without one (SigLIP and SigLIP2 under timm's names),
 * and with register tokens. The table is resized with antialias.
 */
final class TimmFamily {

  private static final int HEAD_DIM = 64; // in every published size but SigLIP's two largest
  private static final int SO400M_WIDTH = 1152;
  private static final int GIANT_WIDTH = 1536;
  private static final int LARGE_HEADS = 16;
  private static final double EPSILON = 1e-6;

  private TimmFamily() {}

  /** Whether a file looks like one of timm's. */
  static boolean fits(SafetensorsFolder weights) {
    return weights.has("patch_embed.proj.weight") && weights.has("pos_embed");
  }

  /**
   * Reads the sizes off the shapes.
   *
   * @param config timm's {@code config.json} where there is one; its {@code model_args} decide what
   *     shapes do not tell
   */
  static VisionArchitecture architecture(SafetensorsFolder weights, JsonNode config) {
    long[] projection = weights.shape("patch_embed.proj.weight"); // [width, 3, patch, patch]
    long[] table = weights.shape("pos_embed"); // [1, prefix + grid * grid, width]
    if (projection.length != 4 || table.length != 3) {
      throw new IllegalArgumentException(
          "patch_embed.proj.weight and pos_embed must have 4 and 3 axes, got %d and %d"
              .formatted(projection.length, table.length));
    }
    int layers = 0;
    while (weights.has("blocks.%d.norm1.weight".formatted(layers))) {
      layers++;
    }
    int width = (int) projection[0];
    int patch = (int) projection[2];
    boolean classToken = weights.has("cls_token");
    int registers = weights.has("reg_token") ? (int) weights.shape("reg_token")[1] : 0;
    int grid = (int) Math.sqrt((double) table[1]);
    String hidden = "blocks.0.mlp.fc1.weight";
    boolean siglip = !classToken;
    JsonNode arguments = config.path("model_args");
    return new VisionArchitecture(
        siglip ? "timm siglip" : "timm vit",
        layers,
        width,
        arguments.path("num_heads").asInt(heads(width)),
        weights.has(hidden) ? (int) weights.shape(hidden)[0] : 4 * width,
        patch,
        grid * patch,
        grid * patch,
        tanh(siglip, width, patch, grid, arguments) ? Activation.GELU_TANH : Activation.GELU,
        false,
        EPSILON,
        classToken,
        registers,
        Positions.TABLE_ANTIALIASED,
        0,
        false,
        weights.has("blocks.0.ls1.gamma"),
        true);
  }

  private static int heads(int width) {
    boolean large = width == SO400M_WIDTH || width == GIANT_WIDTH;
    return large ? LARGE_HEADS : Math.max(1, width / HEAD_DIM);
  }

  /** timm approximates GELU in some of SigLIP's sizes and not in others. */
  private static boolean tanh(boolean siglip, int width, int patch, int grid, JsonNode arguments) {
    if (arguments.path("act_layer").isTextual()) {
      return arguments.path("act_layer").asText().equals("gelu_tanh");
    }
    return siglip
        && (patch == 32
            || width == GIANT_WIDTH
            || (width == SO400M_WIDTH && patch == 16)
            || (width == 1024 && grid * patch == 512));
  }

  static FamilyNames names(VisionArchitecture architecture) {
    return new FamilyNames(
        List.of(""),
        "patch_embed.proj",
        architecture.classToken() ? "cls_token" : null,
        architecture.registers() > 0 ? "reg_token" : null,
        "pos_embed",
        null,
        List.of("blocks.%d."),
        Map.of(
            "norm1", "norm1",
            "qkv", "attn.qkv",
            "proj", "attn.proj",
            "scale1", "ls1.gamma",
            "norm2", "norm2",
            "fc1", "mlp.fc1",
            "fc2", "mlp.fc2",
            "scale2", "ls2.gamma"),
        "norm",
        Set.of("qkv"),
        List.of("head\\..*", "attn_pool\\..*", "fc_norm\\..*"));
  }
}
