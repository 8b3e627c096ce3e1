package io.github.ideal4j.backbone;

/**
 * What distinguishes one pre-norm vision transformer from another.
 *
 * @param family whose names and rules the weights follow, such as {@code dinov2}
 * @param layers blocks
 * @param width of a token
 * @param heads of attention; divides width
 * @param hidden width of the feed-forward layer
 * @param patch side of a patch in pixels
 * @param imageHeight height in pixels that the weights were made for
 * @param imageWidth width in pixels that the weights were made for
 * @param activation of the feed-forward layer
 * @param gated whether a second projection multiplies the activation (SwiGLU and its kin)
 * @param epsilon of all norms
 * @param classToken whether a class token comes first
 * @param registers how many register tokens follow it
 * @param positions how a token knows its place
 * @param ropeBase of rotary positions; 0 for others
 * @param normBefore whether a norm follows the embeddings
 * @param layerScale whether both branches of a block are scaled channel by channel
 * @param normsLast whether the library's last hidden state went through the final norm
 */
public record VisionArchitecture(
    String family,
    int layers,
    int width,
    int heads,
    int hidden,
    int patch,
    int imageHeight,
    int imageWidth,
    Activation activation,
    boolean gated,
    double epsilon,
    boolean classToken,
    int registers,
    Positions positions,
    double ropeBase,
    boolean normBefore,
    boolean layerScale,
    boolean normsLast) {

  /** How a token knows its place. */
  public enum Positions {
    /** A learned table; other grids get it resized bicubically, as PyTorch does by default. */
    TABLE,
    /** The same, but an antialias filter widens when the grid shrinks. */
    TABLE_ANTIALIASED,
    /** Queries and keys of patches turn by angles that follow from their centres (DINOv3). */
    ROTARY
  }

  public VisionArchitecture {
    if (layers < 1 || width < 1 || hidden < 1 || patch < 1 || registers < 0) {
      throw new IllegalArgumentException(
          "a %s needs layers, width, feed-forward width and patch of at least 1, got %d, %d, %d, %d"
              .formatted(family, layers, width, hidden, patch));
    }
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          "a width of %d does not split into %d heads".formatted(width, heads));
    }
    if (positions == Positions.ROTARY && width / heads % 4 != 0) {
      throw new IllegalArgumentException(
          "rotary positions need heads of a multiple of 4 numbers, got %d"
              .formatted(width / heads));
    }
  }

  /** Tokens before those of the patches. */
  public int prefix() {
    return (classToken ? 1 : 0) + registers;
  }

  /** Numbers of one head. */
  public int headDim() {
    return width / heads;
  }

  /** Trainable numbers of all blocks, embeddings and norms, about: what a card would say. */
  public long parameters() {
    long block = 4L * width * width + (gated ? 3L : 2L) * width * hidden;
    return layers * block + 3L * patch * patch * width;
  }
}
