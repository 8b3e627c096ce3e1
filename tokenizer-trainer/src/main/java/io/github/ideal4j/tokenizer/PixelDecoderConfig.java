package io.github.ideal4j.tokenizer;

import java.util.List;

/**
 * The convolutional network from features to pixels.
 *
 * @param kind of network
 * @param channels at each resolution, coarse to fine; the resolution doubles from one to the next
 * @param residualBlocks at each resolution
 * @param groups of group norm; divides all channels
 */
public record PixelDecoderConfig(
    Kind kind, List<Integer> channels, int residualBlocks, int groups) {

  /** Kinds of network. */
  public enum Kind {
    /** Small: convolutions, and a pixel shuffle for what is left to enlarge. */
    SHUFFLE,
    /** The decoder of VQGAN and LlamaGen with attention in its middle, as in the paper. */
    VQGAN
  }

  public PixelDecoderConfig {
    channels = List.copyOf(channels);
    if (channels.isEmpty() || residualBlocks < 0 || groups < 1) {
      throw new IllegalArgumentException(
          "a pixel decoder needs channels, residualBlocks >= 0 and groups >= 1, got %s, %d, %d"
              .formatted(channels, residualBlocks, groups));
    }
    for (int count : channels) {
      if (count < 1 || count % groups != 0) {
        throw new IllegalArgumentException(
            "pixels.channels %s must all be multiples of pixels.groups %d"
                .formatted(channels, groups));
      }
    }
  }

  /**
   * What the pixel shuffle at the end enlarges by.
   *
   * @throws IllegalArgumentException if the resolutions do not lead from the grid to the image
   */
  int factors(int imageSize, int grid) {
    int reached = grid << (channels.size() - 1);
    int left = imageSize / reached;
    if (reached * left != imageSize || (kind == Kind.VQGAN && left != 1)) {
      throw new IllegalArgumentException(
          "pixels.channels %s lead from a grid of %d to %d pixels, not to imageSize %d"
              .formatted(channels, grid, reached, imageSize));
    }
    return left;
  }
}
