package io.github.ideal4j.prior;

/**
 * The shape of a {@link RarPrior}.
 *
 * @param layers transformer blocks
 * @param dim width of the residual stream
 * @param heads attention heads
 * @param hidden width of the feed-forward part
 * @param data sizes of codebooks and grid, none of them unknown, and classes; one more row of the
 *     table of classes, the last, stands for "no class"
 * @param normEpsilon of every layer norm
 */
public record RarPriorConfig(
    int layers, int dim, int heads, int hidden, PriorData data, double normEpsilon)
    implements PriorConfig {

  /** Rows of both tables of positions that the release keeps beyond the grid's cells. */
  private static final int SPARE_POSITIONS = 1024;

  /** The same for the table of steps. */
  private static final int SPARE_STEPS = 100;

  /** Checks every range. */
  public RarPriorConfig {
    PriorConfig.check(layers, dim, heads, hidden, data, normEpsilon);
    if (dim % heads != 0) {
      throw new IllegalArgumentException(
          "dim must be a multiple of heads = %d, got %d".formatted(heads, dim));
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
    return codes() + classes() + 2;
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
