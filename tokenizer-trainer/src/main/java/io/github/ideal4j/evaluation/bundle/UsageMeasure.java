package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.evaluation.CodebookUsage;
import java.util.Arrays;
import java.util.List;

/**
 * How the tokens use their codebook, and how many bits they take. Of several codebooks each is
 * counted by itself; usage and bits are then means, perplexity is the geometric mean.
 */
public final class UsageMeasure implements Measure {

  private final long[][] histograms;
  private int cells;

  /** Counts tokens of one codebook. */
  public UsageMeasure(int codebookSize) {
    this(codebookSize, 1);
  }

  /**
   * Counts tokens.
   *
   * @param codebookSize tokens are 0 to {@code codebookSize - 1}
   * @param codebooks whose tokens come one after the other in a grid
   */
  public UsageMeasure(int codebookSize, int codebooks) {
    histograms = new long[codebooks][codebookSize];
  }

  @Override
  public void add(EvaluatedBatch batch) {
    for (int[] grid : batch.tokens()) {
      cells = grid.length;
      int places = cells / histograms.length;
      for (int i = 0; i < cells; i++) {
        histograms[i / places][grid[i]]++;
      }
    }
  }

  /** How often each code was used, codebook after codebook: {@code [codebooks * codebookSize]}. */
  public long[] histogram() {
    return Arrays.stream(histograms).flatMapToLong(Arrays::stream).toArray();
  }

  @Override
  public void report(Measurements to) {
    List<CodebookUsage> each = Arrays.stream(histograms).map(CodebookUsage::of).toList();
    double entropy = each.stream().mapToDouble(CodebookUsage::entropy).average().orElseThrow();
    double bits = entropy / Math.log(2);
    to.put("usage", each.stream().mapToDouble(CodebookUsage::usage).average().orElseThrow())
        .put("perplexity", Math.exp(entropy))
        .put("bitsPerToken", bits)
        .put("bitsPerImage", cells * each.get(0).fixedBitsPerToken())
        .put("bitsPerImageIdealCode", cells * bits);
    for (int i = 0; i < each.size() && each.size() > 1; i++) {
      to.put("usageOfCodebook" + (i + 1), each.get(i).usage())
          .put("perplexityOfCodebook" + (i + 1), each.get(i).perplexity());
    }
  }
}
