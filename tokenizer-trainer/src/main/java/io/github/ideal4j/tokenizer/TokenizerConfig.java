package io.github.ideal4j.tokenizer;

import io.github.ideal4j.quantizer.CodebookConfig;

/**
 * The shape of a tokenizer.
 *
 * @param imageSize side of the square images
 * @param grid tokens along one side
 * @param width of a backbone token
 * @param fusion how shallow and deep tokens become one
 * @param fusionHeads attention heads of {@link Fusion#ATTENTION}
 * @param fusionMlp hidden width of {@link Fusion#ATTENTION}
 * @param codebook codes and how they learn
 * @param features the decoder from codes to features
 * @param pixels the decoder from features to pixels
 */
public record TokenizerConfig(
    int imageSize,
    int grid,
    int width,
    Fusion fusion,
    int fusionHeads,
    int fusionMlp,
    CodebookConfig codebook,
    FeatureDecoderConfig features,
    PixelDecoderConfig pixels) {

  /** How shallow and deep tokens become one. */
  public enum Fusion {
    /** Deep tokens ask shallow ones: a pre-norm cross-attention block, as in the paper. */
    ATTENTION,
    /** A linear layer over both: better than attention at small scale. */
    LINEAR,
    /** Deep tokens alone. */
    NONE
  }

  public TokenizerConfig {
    positive("imageSize", imageSize);
    positive("grid", grid);
    positive("width", width);
    if (imageSize % grid != 0) {
      throw new IllegalArgumentException(
          "imageSize %d is no multiple of grid %d".formatted(imageSize, grid));
    }
    if (fusion == Fusion.ATTENTION && (fusionHeads < 1 || width % fusionHeads != 0)) {
      throw new IllegalArgumentException(
          "width %d does not split into fusionHeads %d".formatted(width, fusionHeads));
    }
    if (width % features.heads() != 0) {
      throw new IllegalArgumentException(
          "width %d does not split into features.heads %d".formatted(width, features.heads()));
    }
    pixels.factors(imageSize, grid);
  }

  /** Tokens of an image. */
  public int tokens() {
    return grid * grid;
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be positive, got %d".formatted(name, value));
    }
  }
}
