package io.github.ideal4j.prior;

/**
 * The part of a prior's shape that follows from the token files. Presets hold zeros, which a
 * training fills in; the configuration in a run folder is complete.
 *
 * @param codebookSize entries of the tokenizer's codebook
 * @param classes labels
 * @param rows of the token grid of one codebook
 * @param columns of the token grid
 * @param codebooks grids of an image
 */
public record PriorData(int codebookSize, int classes, int rows, int columns, int codebooks) {

  /** What a preset holds. */
  public static final PriorData UNKNOWN = new PriorData(0, 0, 0, 0, 1);

  /** The same with a codebook of another size. */
  public PriorData withCodebookSize(int newCodebookSize) {
    return new PriorData(newCodebookSize, classes, rows, columns, codebooks);
  }

  /** Refuses negative numbers. */
  public PriorData {
    if (codebookSize < 0 || classes < 0 || rows < 0 || columns < 0 || codebooks < 1) {
      throw new IllegalArgumentException(
          "sizes must not be negative, got codebook %d, classes %d, grid %d x %d, codebooks %d"
              .formatted(codebookSize, classes, rows, columns, codebooks));
    }
  }
}
