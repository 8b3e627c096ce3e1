package io.github.ideal4j.tribuo;

/** In which order the cells of a grid form a sequence. */
public enum CellOrder {
  /** Row by row from the left; the first cell of a row follows the last one of the row above. */
  RASTER,
  /** Row by row, from the left and from the right in turn: cells that follow are neighbours. */
  SNAKE;

  /** The cell at a place of the sequence, in raster order. */
  int cell(int place, int columns) {
    int row = place / columns;
    int column = place % columns;
    return this == SNAKE && row % 2 == 1 ? row * columns + columns - 1 - column : place;
  }
}
