package io.github.ideal4j.evaluation;

import java.util.Objects;

/**
 * Feature vectors of a set of images, {@code [rows, width]}: what the metrics of sets compare.
 * Immutable and safe for use by several threads. Rows of {@link #of(float[], int)} and of a {@link
 * FeatureRowsBuilder} take 4 bytes a value, those of {@link #of(double[], int)} 8: 50,000 rows of
 * 2,048 floats are 391 MiB. Metrics compute in float64 and read rows block by block.
 */
public sealed interface FeatureRows permits FloatRows, DoubleRows, ChosenRows {

  /** Number of rows, at least 1. */
  int rows();

  /** Values in a row, at least 1. */
  int width();

  /** Copies a row to a place of an array. */
  void copyRow(int row, double[] to, int at);

  /**
   * Rows of float32 values, which are copied.
   *
   * @param values {@code [rows * width]}, finite
   */
  static FeatureRows of(float[] values, int width) {
    return new FeatureRowsBuilder(width).add(values).build();
  }

  /**
   * Rows of float64 values, which are copied.
   *
   * @param values {@code [rows * width]}, finite
   */
  static FeatureRows of(double[] values, int width) {
    return new DoubleRows(values.clone(), width);
  }

  /** One row, {@code [width]}. */
  default double[] row(int row) {
    double[] values = new double[width()];
    copyRow(row, values, 0);
    return values;
  }

  /** All rows in order, {@code [rows * width]}. */
  default double[] toArray() {
    double[] values = new double[Math.multiplyExact(rows(), width())];
    for (int i = 0; i < rows(); i++) {
      copyRow(i, values, i * width());
    }
    return values;
  }

  /** A view of some rows, in the order given; a row may occur more than once. */
  default FeatureRows choose(int[] rows) {
    return new ChosenRows(this, rows.clone());
  }

  /** A view of the rows {@code from} to {@code to - 1}. */
  default FeatureRows range(int from, int to) {
    Objects.checkFromToIndex(from, to, rows());
    int[] rows = new int[to - from];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = from + i;
    }
    return new ChosenRows(this, rows);
  }

  /** Refuses rows that cannot be compared with these. */
  default void requireSameWidth(FeatureRows other) {
    if (width() != other.width()) {
      throw new IllegalArgumentException(
          "features of width %d cannot be compared with features of width %d"
              .formatted(width(), other.width()));
    }
  }
}
