package io.github.ideal4j.evaluation;

/** Features with a class each: what a probe learns from, or is measured on. Immutable. */
public final class LabeledRows {

  private final FeatureRows rows;
  private final int[] labels;
  private final int classes;

  /**
   * Pairs features and classes.
   *
   * @param rows {@code [rows, width]}
   * @param labels {@code [rows]}, 0 to {@code classes - 1}
   * @param classes how many there are, at least 2
   */
  public LabeledRows(FeatureRows rows, int[] labels, int classes) {
    if (classes < 2) {
      throw new IllegalArgumentException("a probe needs at least 2 classes, got " + classes);
    }
    if (labels.length != rows.rows()) {
      throw new IllegalArgumentException(
          "%d rows of features cannot have %d labels".formatted(rows.rows(), labels.length));
    }
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "label %d is not one of %d classes, which count from 0".formatted(label, classes));
      }
    }
    this.rows = rows;
    this.labels = labels.clone();
    this.classes = classes;
  }

  /** The features. */
  public FeatureRows rows() {
    return rows;
  }

  /** The class of a row. */
  public int label(int row) {
    return labels[row];
  }

  /** Number of classes. */
  public int classes() {
    return classes;
  }
}
