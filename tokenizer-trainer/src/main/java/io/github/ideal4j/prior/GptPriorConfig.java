package io.github.ideal4j.prior;

/**
 * The shape of a {@link GptPrior}.
 *
 * @param layers transformer blocks
 * @param dim width of the residual stream
 * @param heads attention heads; the size of one, {@code dim / heads}, is a multiple of 4 so that
 *     half of its pairs turn by row and half by column
 * @param hidden width of the feed-forward part
 * @param codebookSize entries of a codebook
 * @param codebooks how many there are
 * @param classes labels, 0 for none; one more row of the table, the last, stands for "no class"
 * @param rows of the token grid
 * @param columns of the token grid
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
    int codebookSize,
    int codebooks,
    int classes,
    int rows,
    int columns,
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
    PriorConfig.atLeast(1, "layers", layers);
    PriorConfig.atLeast(1, "dim", dim);
    PriorConfig.atLeast(1, "heads", heads);
    PriorConfig.atLeast(1, "hidden", hidden);
    PriorConfig.atLeast(1, "codebookSize", codebookSize);
    PriorConfig.atLeast(1, "codebooks", codebooks);
    PriorConfig.atLeast(0, "classes", classes);
    PriorConfig.atLeast(1, "rows", rows);
    PriorConfig.atLeast(1, "columns", columns);
    if (dim % (4 * heads) != 0) {
      throw new IllegalArgumentException(
          "dim must be a multiple of 4 * heads = %d, got %d".formatted(4 * heads, dim));
    }
    if (!(normEpsilon > 0)) {
      throw new IllegalArgumentException("normEpsilon must be above 0, got " + normEpsilon);
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
    return layers * layer + (2L * codes() + classes + 2 + targets) * dim;
  }
}
