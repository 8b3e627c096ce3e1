package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.evaluation.FeatureRows;
import io.github.ideal4j.evaluation.FeatureRowsBuilder;
import java.util.Arrays;
import java.util.Random;

/**
 * Rows drawn evenly from all that passed by (Vitter 1985, algorithm R), so that what compares rows
 * with rows needs no more memory for a million images than for a few thousand.
 */
final class RowSample {

  private final int width;
  private final int most;
  private final Random random;
  private float[][] rows = new float[16][];
  private long seen;

  /**
   * Begins with no rows.
   *
   * @param width of a row
   * @param most rows that are kept, 4 bytes a value
   * @param seed of the draws
   */
  RowSample(int width, int most, long seed) {
    this.width = width;
    this.most = most;
    this.random = new Random(seed);
  }

  /**
   * Looks at rows.
   *
   * @param values {@code [rows * width]}
   */
  void add(float[] values) {
    for (int from = 0; from < values.length; from += width) {
      long place = seen < most ? seen : random.nextLong(seen + 1);
      seen++;
      if (place < most) {
        put((int) place, Arrays.copyOfRange(values, from, from + width));
      }
    }
  }

  private void put(int place, float[] row) {
    if (place >= rows.length) {
      rows = Arrays.copyOf(rows, Math.min(most, 2 * rows.length));
    }
    rows[place] = row;
  }

  /** How many rows there were. */
  long seen() {
    return seen;
  }

  /** The rows that were kept. */
  FeatureRows rows() {
    FeatureRowsBuilder builder = new FeatureRowsBuilder(width);
    for (int i = 0; i < Math.min(seen, most); i++) {
      builder.add(rows[i]);
    }
    return builder.build();
  }
}
