package io.github.ideal4j.backbone;

import io.github.ideal4j.backbone.VisionArchitecture.Positions;

/**
 * A vision transformer at one input size.
 *
 * @param architecture what it is
 * @param inputHeight of the images in pixels, a multiple of the patch
 * @param inputWidth of the images in pixels, a multiple of the patch
 * @param from where shallow and deep tokens come from; blocks after the deep one are not read
 */
public record VisionTransformerConfig(
    VisionArchitecture architecture, int inputHeight, int inputWidth, BackboneLayers from) {

  public VisionTransformerConfig {
    if (from.deep() > architecture.layers()) {
      throw new IllegalArgumentException(
          "deep layer %d is not in a backbone of %d layers"
              .formatted(from.deep(), architecture.layers()));
    }
    int patch = architecture.patch();
    for (int side : new int[] {inputHeight, inputWidth}) {
      if (side < patch || side % patch != 0) {
        throw new IllegalArgumentException(
            "input size %d is no multiple of the patch size %d".formatted(side, patch));
      }
    }
  }

  /** Blocks of the whole network. */
  public int layers() {
    return architecture.layers();
  }

  /** Width of a token. */
  public int width() {
    return architecture.width();
  }

  /** Side of a patch in pixels. */
  public int patch() {
    return architecture.patch();
  }

  /** Patches from top to bottom. */
  public int rows() {
    return inputHeight / architecture.patch();
  }

  /** Patches from left to right. */
  public int columns() {
    return inputWidth / architecture.patch();
  }

  /** Patches of an image. */
  public int tokens() {
    return rows() * columns();
  }

  /**
   * Side of square images.
   *
   * @throws IllegalStateException if they are not square
   */
  public int inputSize() {
    requireSquare();
    return inputHeight;
  }

  /**
   * Patches along one side of square images.
   *
   * @throws IllegalStateException if they are not square
   */
  public int grid() {
    requireSquare();
    return rows();
  }

  private void requireSquare() {
    if (inputHeight != inputWidth) {
      throw new IllegalStateException(
          "the input is not square: %d x %d".formatted(inputHeight, inputWidth));
    }
  }

  boolean rotary() {
    return architecture.positions() == Positions.ROTARY;
  }
}
