package io.github.ideal4j.prior;

/**
 * The part of a prior's shape that follows from the token files. Presets hold zeros, which a
 * training fills in; the configuration in a run folder is complete.
 *
 * @param codebookSize entries of the tokenizer's codebook
 * @param classes labels
 * @param rows of the token grid
 * @param columns of the token grid
 */
public record PriorData(int codebookSize, int classes, int rows, int columns) {

  /** What a preset holds. */
  public static final PriorData UNKNOWN = new PriorData(0, 0, 0, 0);

  /** Refuses negative numbers. */
  public PriorData {
    if (codebookSize < 0 || classes < 0 || rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "sizes must not be negative, got codebook %d, classes %d, grid %d x %d"
              .formatted(codebookSize, classes, rows, columns));
    }
  }
}
