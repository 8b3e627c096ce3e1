package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.evaluation.CodebookUsage;

/** How the tokens use their codebook, and how many bits they take. */
public final class UsageMeasure implements Measure {

  private final long[] histogram;
  private int cells;

  /**
   * Counts tokens.
   *
   * @param codebookSize tokens are 0 to {@code codebookSize - 1}
   */
  public UsageMeasure(int codebookSize) {
    histogram = new long[codebookSize];
  }

  @Override
  public void add(EvaluatedBatch batch) {
    for (int[] grid : batch.tokens()) {
      cells = grid.length;
      for (int token : grid) {
        histogram[token]++;
      }
    }
  }

  /** How often each code was used, {@code [codebookSize]}. */
  public long[] histogram() {
    return histogram.clone();
  }

  @Override
  public void report(Measurements to) {
    CodebookUsage usage = CodebookUsage.of(histogram);
    to.put("usage", usage.usage())
        .put("perplexity", usage.perplexity())
        .put("bitsPerToken", usage.bitsPerToken())
        .put("bitsPerImage", cells * Math.log(histogram.length) / Math.log(2))
        .put("bitsPerImageIdealCode", cells * usage.bitsPerToken());
  }
}
