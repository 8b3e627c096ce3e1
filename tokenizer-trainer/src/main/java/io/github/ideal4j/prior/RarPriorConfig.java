package io.github.ideal4j.prior;

/**
 * The shape of a {@link RarPrior}.
 *
 * @param layers transformer blocks
 * @param dim width of the residual stream
 * @param heads attention heads
 * @param hidden width of the feed-forward part
 * @param codebookSize entries of a codebook
 * @param codebooks how many there are
 * @param classes labels, 0 for none; one more row of the table, the last, stands for "no class"
 * @param rows of the token grid
 * @param columns of the token grid
 * @param normEpsilon of every layer norm
 */
public record RarPriorConfig(
    int layers,
    int dim,
    int heads,
    int hidden,
    int codebookSize,
    int codebooks,
    int classes,
    int rows,
    int columns,
    double normEpsilon)
    implements PriorConfig {

  /** Rows of both tables of positions that the release keeps beyond the grid's cells. */
  private static final int SPARE_POSITIONS = 1024;

  /** The same for the table of steps. */
  private static final int SPARE_STEPS = 100;

  /** Checks every range. */
  public RarPriorConfig {
    PriorConfig.atLeast(1, "layers", layers);
    PriorConfig.atLeast(1, "dim", dim);
    PriorConfig.atLeast(1, "heads", heads);
    PriorConfig.atLeast(1, "hidden", hidden);
    PriorConfig.atLeast(1, "codebookSize", codebookSize);
    PriorConfig.atLeast(1, "codebooks", codebooks);
    PriorConfig.atLeast(0, "classes", classes);
    PriorConfig.atLeast(1, "rows", rows);
    PriorConfig.atLeast(1, "columns", columns);
    if (dim % heads != 0) {
      throw new IllegalArgumentException(
          "dim must be a multiple of heads = %d, got %d".formatted(heads, dim));
    }
    if (!(normEpsilon > 0)) {
      throw new IllegalArgumentException("normEpsilon must be above 0, got " + normEpsilon);
    }
  }

  /** Rows of the tables of contents' and targets' positions. */
  public int positionRows() {
    return cells() + SPARE_POSITIONS;
  }

  /** Rows of the table of steps. */
  public int stepRows() {
    return cells() + SPARE_STEPS;
  }

  /** Rows of the table that holds codes, a mask that nothing uses, classes and "no class". */
  public int embeddingRows() {
    return codes() + classes + 2;
  }

  @Override
  public int lead() {
    return 1;
  }

  @Override
  public long parameterCount() {
    long square = (long) dim * dim;
    long attention = 4 * square + 4L * dim + 4L * headDim();
    long feedForward = 2L * dim * hidden + hidden + dim;
    long layer = attention + feedForward + 4L * dim + 6 * square + 6L * dim;
    long tables = 1L + 2L * positionRows() + stepRows() + embeddingRows();
    long head = 2 * square + 2L * dim + (long) codes() * (dim + 1);
    return layers * layer + tables * dim + head;
  }
}
