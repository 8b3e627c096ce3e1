package io.github.ideal4j.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Walks over all pairs of rows of two sets, a block at a time and on all processors, so that memory
 * stays flat however many rows there are: 256 rows of either set and their 65,536 values a thread.
 *
 * <p>The value of a pair depends on its two vectors alone, bit for bit: not on their places, their
 * order or the number of threads. Equal distances are therefore equal numbers, which metrics that
 * compare distances with each other rely on.
 */
final class RowPairs {

  private static final int BLOCK = 256;

  /** Features at a time, a multiple of four: 128 kB of a block stay in the processor's cache. */
  private static final int FEATURES = 64;

  private RowPairs() {}

  /** What is computed of a pair of vectors. */
  enum Measure {
    DOT_PRODUCT {
      @Override
      void step(double[] a, int at, double[] b, int from, int columns, double[] c, int to) {
        double a0 = a[at];
        double a1 = a[at + 1];
        double a2 = a[at + 2];
        double a3 = a[at + 3];
        int from1 = from + columns;
        int from2 = from1 + columns;
        int from3 = from2 + columns;
        for (int j = 0; j < columns; j++) {
          c[to + j] +=
              (a0 * b[from + j] + a1 * b[from1 + j]) + (a2 * b[from2 + j] + a3 * b[from3 + j]);
        }
      }
    },

    /** The sum of squared differences, which loses no digits where vectors are close. */
    SQUARED_DISTANCE {
      @Override
      void step(double[] a, int at, double[] b, int from, int columns, double[] c, int to) {
        double a0 = a[at];
        double a1 = a[at + 1];
        double a2 = a[at + 2];
        double a3 = a[at + 3];
        int from1 = from + columns;
        int from2 = from1 + columns;
        int from3 = from2 + columns;
        for (int j = 0; j < columns; j++) {
          double d0 = a0 - b[from + j];
          double d1 = a1 - b[from1 + j];
          double d2 = a2 - b[from2 + j];
          double d3 = a3 - b[from3 + j];
          c[to + j] += (d0 * d0 + d1 * d1) + (d2 * d2 + d3 * d3);
        }
      }
    };

    /** Adds what four features contribute to a row of pairs. */
    abstract void step(double[] a, int at, double[] b, int from, int columns, double[] c, int to);
  }

  /** Is shown the values of a block of pairs. */
  @FunctionalInterface
  interface Visitor {

    /**
     * The blocks that have a row of the first set in common come from one thread in order; others
     * may come at the same time.
     *
     * @param from first row of the first set, of {@code rows}
     * @param otherFrom first row of the other set, of {@code otherRows}
     * @param values {@code [rows, otherRows]}, to be read during the call only
     */
    void visit(int from, int rows, int otherFrom, int otherRows, double[] values);
  }

  /** Visits all pairs of a row of one set and a row of the other. */
  static void forEach(FeatureRows a, FeatureRows b, Measure measure, Visitor visitor) {
    walk(a, b, measure, visitor, false);
  }

  /** Visits at least the pairs (i, j) with i before j, each in one of its two orders only once. */
  static void forEachWithin(FeatureRows a, Measure measure, Visitor visitor) {
    walk(a, a, measure, visitor, true);
  }

  private static void walk(
      FeatureRows a, FeatureRows b, Measure measure, Visitor visitor, boolean upper) {
    a.requireSameWidth(b);
    IntStream.range(0, blocks(a.rows()))
        .parallel()
        .forEach(
            block -> {
              int from = block * BLOCK;
              int rows = Math.min(BLOCK, a.rows() - from);
              double[] left = padded(a, from, rows);
              double[] values = new double[rows * BLOCK];
              for (int other = upper ? from : 0; other < b.rows(); other += BLOCK) {
                int columns = Math.min(BLOCK, b.rows() - other);
                compute(measure, left, rows, transposed(b, other, columns), columns, values);
                visitor.visit(from, rows, other, columns, values);
              }
            });
  }

  private static int blocks(int rows) {
    return (rows + BLOCK - 1) / BLOCK;
  }

  private static void compute(
      Measure measure, double[] a, int rows, double[] b, int columns, double[] values) {
    int width = a.length / rows;
    Arrays.fill(values, 0, rows * columns, 0);
    for (int first = 0; first < width; first += FEATURES) {
      int end = Math.min(width, first + FEATURES);
      for (int i = 0; i < rows; i++) {
        for (int k = first; k < end; k += 4) {
          measure.step(a, i * width + k, b, k * columns, columns, values, i * columns);
        }
      }
    }
  }

  /** Zeros fill up to a multiple of four features; they add nothing to either measure. */
  private static int paddedWidth(FeatureRows rows) {
    return (rows.width() + 3) / 4 * 4;
  }

  /** {@code [rows, padded width]}. */
  private static double[] padded(FeatureRows all, int from, int rows) {
    int width = paddedWidth(all);
    double[] block = new double[rows * width];
    for (int i = 0; i < rows; i++) {
      all.copyRow(from + i, block, i * width);
    }
    return block;
  }

  /** {@code [padded width, rows]}, so that the inner loop runs over neighbours in memory. */
  private static double[] transposed(FeatureRows all, int from, int rows) {
    double[] block = new double[paddedWidth(all) * rows];
    double[] row = new double[all.width()];
    for (int j = 0; j < rows; j++) {
      all.copyRow(from + j, row, 0);
      for (int k = 0; k < row.length; k++) {
        block[k * rows + j] = row[k];
      }
    }
    return block;
  }
}
