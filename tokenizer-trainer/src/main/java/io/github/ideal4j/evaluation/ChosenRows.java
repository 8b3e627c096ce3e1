package io.github.ideal4j.evaluation;

import java.util.Objects;

/** Some rows of others, which are not copied. */
final class ChosenRows implements FeatureRows {

  private final FeatureRows all;
  private final int[] chosen;

  ChosenRows(FeatureRows all, int[] chosen) {
    if (chosen.length == 0) {
      throw new IllegalArgumentException("no row was chosen of %d".formatted(all.rows()));
    }
    for (int row : chosen) {
      Objects.checkIndex(row, all.rows());
    }
    this.all = all;
    this.chosen = chosen;
  }

  @Override
  public int rows() {
    return chosen.length;
  }

  @Override
  public int width() {
    return all.width();
  }

  @Override
  public void copyRow(int row, double[] to, int at) {
    all.copyRow(chosen[row], to, at);
  }
}
