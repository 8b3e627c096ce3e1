package io.github.ideal4j.backbone;

import io.github.ideal4j.safetensors.SafetensorsFile;

/**
 * Sizes of a vision transformer.
 *
 * @param layers blocks it has; those after the deep one are not read
 * @param width of a token
 * @param heads of attention
 * @param patch side of a patch in pixels
 * @param inputSize side of the square images
 * @param from where shallow and deep tokens come from
 */
public record VisionTransformerConfig(
    int layers, int width, int heads, int patch, int inputSize, BackboneLayers from) {

  private static final int HEAD_DIM = 64; // in every published size of this family

  public VisionTransformerConfig {
    if (from.deep() > layers) {
      throw new IllegalArgumentException(
          "deep layer %d is not in a backbone of %d layers".formatted(from.deep(), layers));
    }
    if (inputSize < patch || inputSize % patch != 0) {
      throw new IllegalArgumentException(
          "input size %d is no multiple of the patch size %d".formatted(inputSize, patch));
    }
  }

  /** Reads the sizes off the shapes of the weights. */
  static VisionTransformerConfig of(SafetensorsFile weights, BackboneLayers from, int inputSize) {
    for (String needed : new String[] {"patch_embed.proj.weight", "pos_embed", "cls_token"}) {
      if (!weights.has(needed)) {
        throw new IllegalArgumentException(
            "the file holds no known backbone: tensor '%s' is missing; known is timm's ViT"
                .formatted(needed));
      }
    }
    long[] projection = weights.shape("patch_embed.proj.weight"); // [width, 3, patch, patch]
    int layers = 0;
    while (weights.has("blocks.%d.norm1.weight".formatted(layers))) {
      layers++;
    }
    int width = (int) projection[0];
    return new VisionTransformerConfig(
        layers, width, Math.max(1, width / HEAD_DIM), (int) projection[2], inputSize, from);
  }

  /** Patches along one side. */
  public int grid() {
    return inputSize / patch;
  }

  /** Patches of an image. */
  public int tokens() {
    return grid() * grid();
  }
}
