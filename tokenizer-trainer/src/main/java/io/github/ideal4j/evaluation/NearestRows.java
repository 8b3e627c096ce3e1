package io.github.ideal4j.evaluation;

import java.util.Arrays;
import java.util.Objects;

/**
 * The nearest rows of each row, nearest first, by squared Euclidean distance; of equally near rows
 * the one with the smaller number comes first. Memory is 12 bytes a neighbour.
 */
final class NearestRows {

  private final int count;
  private final int[] rows;
  private final double[] squares;

  private NearestRows(int count, int[] rows, double[] squares) {
    this.count = count;
    this.rows = rows;
    this.squares = squares;
  }

  /** The nearest rows of another set. */
  static NearestRows in(FeatureRows others, FeatureRows of, int count) {
    requireCount(count, others.rows());
    return find(others, of, count, false);
  }

  /** The nearest other rows of the same set; an equal row counts as another. */
  static NearestRows within(FeatureRows all, int count) {
    requireCount(count, all.rows() - 1);
    return find(all, all, count, true);
  }

  private static void requireCount(int count, int most) {
    if (count < 1 || count > most) {
      throw new IllegalArgumentException(
          "%d nearest neighbours were asked for; there are %d rows to choose from"
              .formatted(count, most));
    }
  }

  private static NearestRows find(FeatureRows others, FeatureRows of, int count, boolean same) {
    double[] squares = new double[Math.multiplyExact(of.rows(), count)];
    int[] rows = new int[squares.length];
    Arrays.fill(squares, Double.POSITIVE_INFINITY);
    NearestRows nearest = new NearestRows(count, rows, squares);
    RowPairs.forEach(
        of,
        others,
        RowPairs.Measure.SQUARED_DISTANCE,
        (from, size, otherFrom, otherSize, values) -> {
          for (int i = 0; i < size; i++) {
            for (int j = 0; j < otherSize; j++) {
              if (!same || from + i != otherFrom + j) {
                nearest.offer(from + i, otherFrom + j, values[i * otherSize + j]);
              }
            }
          }
        });
    return nearest;
  }

  private void offer(int row, int other, double square) {
    int first = row * count;
    int place = first + count - 1;
    if (square >= squares[place]) {
      return;
    }
    while (place > first && squares[place - 1] > square) {
      squares[place] = squares[place - 1];
      rows[place] = rows[place - 1];
      place--;
    }
    squares[place] = square;
    rows[place] = other;
  }

  /** Number of neighbours of each row. */
  int count() {
    return count;
  }

  /** The number of a neighbour, 0 for the nearest. */
  int row(int of, int neighbour) {
    return rows[of * count + Objects.checkIndex(neighbour, count)];
  }

  /** The squared distance of a neighbour, 0 for the nearest. */
  double squaredDistance(int of, int neighbour) {
    return squares[of * count + Objects.checkIndex(neighbour, count)];
  }
}
