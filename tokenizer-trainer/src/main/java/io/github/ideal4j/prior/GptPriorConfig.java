package io.github.ideal4j.prior;

/**
 * The shape of a {@link GptPrior}.
 *
 * @param layers transformer blocks
 * @param dim width of the residual stream
 * @param heads attention heads; the size of one, {@code dim / heads}, is a multiple of 4 so that
 *     half of its pairs turn by row and half by column
 * @param hidden width of the feed-forward part
 * @param data sizes of codebooks and grid, none of them unknown, and classes; one more row of the
 *     table of classes, the last, stands for "no class"
 * @param normEpsilon of every RMS norm
 * @param ropeBase slowest wave length of the rotary positions
 * @param classRope how the place of the class token is rotated
 * @param targetPositions whether each input says which cell is predicted next, which training in
 *     random order needs (RAR, arXiv 2411.00776, section 3.3)
 */
public record GptPriorConfig(
    int layers,
    int dim,
    int heads,
    int hidden,
    PriorData data,
    double normEpsilon,
    double ropeBase,
    ClassRope classRope,
    boolean targetPositions)
    implements PriorConfig {

  /** What the rotary table holds for the class token. */
  public enum ClassRope {
    /** Cosine and sine 0: its query and key vanish. What released LlamaGen weights expect. */
    ZERO,
    /** Cosine 1, sine 0: its query and key are left as they are. */
    IDENTITY
  }

  /** Checks every range. */
  public GptPriorConfig {
    PriorConfig.check(layers, dim, heads, hidden, data, normEpsilon);
    if (dim % (4 * heads) != 0) {
      throw new IllegalArgumentException(
          "dim must be a multiple of 4 * heads = %d, got %d".formatted(4 * heads, dim));
    }
    if (!(ropeBase > 1)) {
      throw new IllegalArgumentException("ropeBase must be above 1, got " + ropeBase);
    }
  }

  /** LlamaGen's width of the feed-forward part: {@code 2/3 * 4 dim}, rounded up to a multiple. */
  public static int usualHidden(int dim, int multiple) {
    PriorConfig.atLeast(1, "hiddenMultiple", multiple);
    int plain = 2 * 4 * dim / 3;
    return (plain + multiple - 1) / multiple * multiple;
  }

  @Override
  public int lead() {
    return 0;
  }

  @Override
  public long parameterCount() {
    long layer = 4L * dim * dim + 3L * dim * hidden + 2L * dim;
    long targets = targetPositions ? cells() : 0;
    return layers * layer + (2L * codes() + classes() + 2 + targets) * dim;
  }
}
