package io.github.ideal4j.evaluation;

/** Rows of float64 values, in one array that nobody else writes to. */
final class DoubleRows implements FeatureRows {

  private final double[] values;
  private final int width;

  DoubleRows(double[] values, int width) {
    if (width < 1 || values.length == 0 || values.length % width != 0) {
      throw new IllegalArgumentException(
          "%d values are not rows of %d features".formatted(values.length, width));
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "feature %d of row %d is %s, not a finite number"
                .formatted(i % width, i / width, values[i]));
      }
    }
    this.values = values;
    this.width = width;
  }

  @Override
  public int rows() {
    return values.length / width;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void copyRow(int row, double[] to, int at) {
    System.arraycopy(values, row * width, to, at, width);
  }
}
