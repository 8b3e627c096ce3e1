package io.github.ideal4j.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the features of batches of images. Values are copied once; at most a block of 1,024 rows
 * is allocated ahead. Not safe for use by several threads.
 */
public final class FeatureRowsBuilder {

  private final List<float[]> blocks = new ArrayList<>();
  private final int width;
  private int rows;

  /** Begins a set of rows of a width, at least 1. */
  public FeatureRowsBuilder(int width) {
    if (width < 1) {
      throw new IllegalArgumentException("rows have at least one feature, got " + width);
    }
    this.width = width;
  }

  /**
   * Appends rows.
   *
   * @param values {@code [rows * width]}, finite
   */
  public FeatureRowsBuilder add(float[] values) {
    if (values.length % width != 0) {
      throw new IllegalArgumentException(
          "%d values are not rows of %d features".formatted(values.length, width));
    }
    for (int from = 0; from < values.length; from += width) {
      int place = rows % FloatRows.BLOCK_ROWS;
      if (place == 0) {
        blocks.add(new float[Math.multiplyExact(FloatRows.BLOCK_ROWS, width)]);
      }
      float[] block = blocks.get(blocks.size() - 1);
      for (int i = 0; i < width; i++) {
        block[place * width + i] = finite(values[from + i], i);
      }
      rows++;
    }
    return this;
  }

  private float finite(float value, int feature) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          "feature %d of row %d is %s, not a finite number".formatted(feature, rows, value));
    }
    return value;
  }

  /** Rows so far. */
  public int rows() {
    return rows;
  }

  /** The rows so far; the builder may go on, which they do not see. */
  public FeatureRows build() {
    if (rows == 0) {
      throw new IllegalArgumentException("no row of %d features was added".formatted(width));
    }
    float[][] all = blocks.toArray(float[][]::new);
    int last = rows - (all.length - 1) * FloatRows.BLOCK_ROWS;
    all[all.length - 1] = Arrays.copyOf(all[all.length - 1], last * width);
    return new FloatRows(all, rows, width);
  }
}
