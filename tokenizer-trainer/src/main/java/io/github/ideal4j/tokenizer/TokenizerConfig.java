package io.github.ideal4j.tokenizer;

import io.github.ideal4j.quantizer.CodebookConfig;
import io.github.ideal4j.quantizer.QuantizerConfig;

/**
 * The shape of a tokenizer.
 *
 * @param imageSize side of the square images
 * @param grid tokens along one side
 * @param width of a backbone token
 * @param fusion how shallow and deep tokens become one
 * @param fusionHeads attention heads, where the fusion attends
 * @param fusionMlp hidden width, where the fusion attends
 * @param codebook codes and how they learn
 * @param features the decoder from codes to features
 * @param pixels the decoder from features to pixels
 * @param quantizer which quantizer
 * @param pixelInput which decoded features pixels are made of
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
    PixelDecoderConfig pixels,
    QuantizerConfig quantizer,
    PixelInput pixelInput) {

  /** How shallow and deep tokens become one. */
  public enum Fusion {
    /** Deep tokens ask shallow ones: a pre-norm cross-attention block, as in the paper. */
    ATTENTION,
    /** The same beside a linear layer over both: attention need not learn its own position. */
    ATTENTION_SKIP,
    /** A linear layer over both: better than attention at small scale. */
    LINEAR,
    /** Deep tokens alone. */
    NONE
  }

  /** What pixels are made of. */
  public enum PixelInput {
    /** Decoded deep features, as in the paper. */
    DEEP,
    /** Decoded deep and shallow features side by side. */
    DEEP_AND_SHALLOW
  }

  /** With the paper's quantizer, pixels from deep features. */
  public TokenizerConfig(
      int imageSize,
      int grid,
      int width,
      Fusion fusion,
      int fusionHeads,
      int fusionMlp,
      CodebookConfig codebook,
      FeatureDecoderConfig features,
      PixelDecoderConfig pixels) {
    this(
        imageSize,
        grid,
        width,
        fusion,
        fusionHeads,
        fusionMlp,
        codebook,
        features,
        pixels,
        QuantizerConfig.PAPER,
        PixelInput.DEEP);
  }

  public TokenizerConfig {
    positive("imageSize", imageSize);
    positive("grid", grid);
    positive("width", width);
    if (imageSize % grid != 0) {
      throw new IllegalArgumentException(
          "imageSize %d is no multiple of grid %d".formatted(imageSize, grid));
    }
    if (attends(fusion) && (fusionHeads < 1 || width % fusionHeads != 0)) {
      throw new IllegalArgumentException(
          "width %d does not split into fusionHeads %d".formatted(width, fusionHeads));
    }
    if (width % features.heads() != 0) {
      throw new IllegalArgumentException(
          "width %d does not split into features.heads %d".formatted(width, features.heads()));
    }
    pixels.factors(imageSize, grid);
    quantizer.dim(codebook); // checks that both fit
  }

  /** Tokens of an image. */
  public int tokens() {
    return grid * grid;
  }

  /** Length of a vector before the quantizer. */
  public int dim() {
    return quantizer.dim(codebook);
  }

  /** Codes of one codebook. */
  public int codes() {
    return quantizer.size(codebook);
  }

  /** Tokens of one place. */
  public int codebooks() {
    return quantizer.codebooks();
  }

  /** Channels that the pixel decoder gets. */
  int pixelWidth() {
    return pixelInput == PixelInput.DEEP ? width : 2 * width;
  }

  private static boolean attends(Fusion fusion) {
    return fusion == Fusion.ATTENTION || fusion == Fusion.ATTENTION_SKIP;
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be positive, got %d".formatted(name, value));
    }
  }
}
