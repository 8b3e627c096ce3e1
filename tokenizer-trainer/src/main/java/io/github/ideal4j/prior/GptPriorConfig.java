package io.github.ideal4j.prior;

/**
 * The shape of a {@link GptPrior}.
 *
 * @param layers transformer blocks
 * @param dim width of the residual stream
 * @param heads attention heads; the size of one, {@code dim / heads}, is a multiple of 4 so that
 *     half of its pairs turn by row and half by column
 * @param hiddenMultiple the hidden width of the feed-forward part is {@code 2/3 * 4 dim}, rounded
 *     up to a multiple of this
 * @param codebookSize entries of the tokenizer's codebook
 * @param classes labels; one more row of the table, the last, stands for "no class"
 * @param rows of the token grid
 * @param columns of the token grid
 * @param normEpsilon of every RMS norm
 * @param ropeBase slowest wave length of the rotary positions
 * @param classRope how the place of the class token is rotated
 */
public record GptPriorConfig(
    int layers,
    int dim,
    int heads,
    int hiddenMultiple,
    int codebookSize,
    int classes,
    int rows,
    int columns,
    double normEpsilon,
    double ropeBase,
    ClassRope classRope) {

  /** What the rotary table holds for the class token. */
  public enum ClassRope {
    /** Cosine and sine 0: its query and key vanish. What released LlamaGen weights expect. */
    ZERO,
    /** Cosine 1, sine 0: its query and key are left as they are. */
    IDENTITY
  }

  /** Checks every range. */
  public GptPriorConfig {
    positive("layers", layers);
    positive("dim", dim);
    positive("heads", heads);
    positive("hiddenMultiple", hiddenMultiple);
    positive("codebookSize", codebookSize);
    if (classes < 0) {
      throw new IllegalArgumentException("classes must be at least 0, got %d".formatted(classes));
    }
    positive("rows", rows);
    positive("columns", columns);
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

  /** Tokens of one image. */
  public int tokens() {
    return rows * columns;
  }

  /** Width of one head. */
  public int headDim() {
    return dim / heads;
  }

  /** Hidden width of the feed-forward part. */
  public int hidden() {
    int plain = 2 * 4 * dim / 3;
    return (plain + hiddenMultiple - 1) / hiddenMultiple * hiddenMultiple;
  }

  /** The label that stands for "no class". */
  public int nullClass() {
    return classes;
  }

  /** How many numbers the model holds. */
  public long parameterCount() {
    long layer = 4L * dim * dim + 3L * dim * hidden() + 2L * dim;
    return layers * layer + (2L * codebookSize + classes + 2) * dim;
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1, got %d".formatted(name, value));
    }
  }
}
