package io.github.ideal4j.arrow;

import java.util.Arrays;

/**
 * The tokens of one image: one codebook index for each cell of a grid.
 *
 * <p>The record keeps the array that it is given and hands out the same one; do not change it.
 *
 * @param rows height of the grid, at least 1
 * @param columns width of the grid, at least 1
 * @param indices codebook indices in raster order, {@code [rows * columns]}, none negative
 */
@SuppressWarnings("ArrayRecordComponent") // equality is defined below; a list would box every token
public record TokenGrid(int rows, int columns, int[] indices) {

  public TokenGrid {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "a token grid has at least one row and one column, got %d x %d".formatted(rows, columns));
    }
    if (indices.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          "a token grid of %d x %d holds %d indices, got %d"
              .formatted(rows, columns, (long) rows * columns, indices.length));
    }
    for (int index : indices) {
      if (index < 0) {
        throw new IllegalArgumentException(
            "a codebook index is never negative, got %d".formatted(index));
      }
    }
  }

  /** The index at a cell; row 0 is the top, column 0 the left. */
  public int at(int row, int column) {
    if (row < 0 || row >= rows || column < 0 || column >= columns) {
      throw new IndexOutOfBoundsException(
          "cell (%d, %d) is outside of the grid of %d x %d".formatted(row, column, rows, columns));
    }
    return indices[row * columns + column];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenGrid grid
        && rows == grid.rows
        && columns == grid.columns
        && Arrays.equals(indices, grid.indices);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * rows + columns) + Arrays.hashCode(indices);
  }

  @Override
  public String toString() {
    return "TokenGrid[%d x %d, %s]".formatted(rows, columns, Arrays.toString(indices));
  }
}
