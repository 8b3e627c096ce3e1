package io.github.ideal4j.training;

import java.util.SplittableRandom;

/**
 * Which rows a step sees: every epoch is a new permutation of all rows, cut into batches; rows that
 * do not fill a last batch wait for the next epoch. A function of the seed and the step alone.
 */
public final class EpochOrder {

  private final int rows;
  private final int batch;
  private final long seed;
  private long epoch = -1;
  private int[] order = {};

  /**
   * An order of so many rows.
   *
   * @param rows how many there are, at least 1
   * @param batch rows in a step; with fewer rows than that, a batch repeats them
   * @param seed of the run
   */
  public EpochOrder(int rows, int batch, long seed) {
    if (rows < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "needs at least one row and one row a step, got %d rows in batches of %d"
              .formatted(rows, batch));
    }
    this.rows = rows;
    this.batch = batch;
    this.seed = seed;
  }

  /** The rows of a step counted from 0: {@code [batch]}. */
  public int[] rows(long step) {
    int batches = Math.max(1, rows / batch);
    load(step / batches);
    int start = (int) (step % batches) * batch;
    int[] chosen = new int[batch];
    for (int i = 0; i < batch; i++) {
      chosen[i] = order[(start + i) % rows];
    }
    return chosen;
  }

  private void load(long wanted) {
    if (wanted == epoch) {
      return;
    }
    SplittableRandom random = Chance.of(seed, wanted, "order");
    order = new int[rows];
    for (int i = 0; i < rows; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    epoch = wanted;
  }
}
