package io.github.ideal4j.evaluation;

import java.util.Objects;

/** Rows of float32 values, in blocks, so that a set may be larger than one array. */
final class FloatRows implements FeatureRows {

  /** Rows of every block but the last. */
  static final int BLOCK_ROWS = 1024;

  private final float[][] blocks;
  private final int rows;
  private final int width;

  FloatRows(float[][] blocks, int rows, int width) {
    this.blocks = blocks;
    this.rows = rows;
    this.width = width;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void copyRow(int row, double[] to, int at) {
    Objects.checkIndex(row, rows);
    float[] block = blocks[row / BLOCK_ROWS];
    int from = row % BLOCK_ROWS * width;
    for (int i = 0; i < width; i++) {
      to[at + i] = block[from + i];
    }
  }
}
