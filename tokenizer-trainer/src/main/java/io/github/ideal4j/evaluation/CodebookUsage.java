package io.github.ideal4j.evaluation;

/**
 * How a set of token grids uses its codebook.
 *
 * @param codebookSize number of entries
 * @param tokens number of tokens counted
 * @param used entries that occur
 * @param entropy of the pooled histogram, in nats
 */
public record CodebookUsage(int codebookSize, long tokens, int used, double entropy) {

  /** The numbers behind a histogram of tokens, {@code [codebookSize]}. */
  public static CodebookUsage of(long[] histogram) {
    long tokens = 0;
    int used = 0;
    for (long count : histogram) {
      tokens += count;
      used += count > 0 ? 1 : 0;
    }
    if (tokens == 0) {
      throw new IllegalArgumentException("no token was counted");
    }
    double entropy = 0;
    for (long count : histogram) {
      if (count > 0) {
        double share = (double) count / tokens;
        entropy -= share * Math.log(share);
      }
    }
    return new CodebookUsage(histogram.length, tokens, used, entropy);
  }

  /**
   * Counts the tokens of grids.
   *
   * @param codebookSize tokens are 0 to {@code codebookSize - 1}
   * @param grids the tokens of each image, in any order
   */
  public static CodebookUsage of(int codebookSize, Iterable<int[]> grids) {
    long[] histogram = new long[codebookSize];
    for (int[] grid : grids) {
      for (int token : grid) {
        if (token < 0 || token >= codebookSize) {
          throw new IllegalArgumentException(
              "token %d is not in a codebook of %d".formatted(token, codebookSize));
        }
        histogram[token]++;
      }
    }
    return of(histogram);
  }

  /** The share of entries that occur, 0 to 1. */
  public double usage() {
    return (double) used / codebookSize;
  }

  /** How many equally frequent entries would be as hard to guess. */
  public double perplexity() {
    return Math.exp(entropy);
  }

  /** Bits that an ideal code spends on a token. */
  public double bitsPerToken() {
    return entropy / Math.log(2);
  }

  /** Bits of a token that is stored as a number of its own, {@code log2(codebookSize)}. */
  public double fixedBitsPerToken() {
    return Math.log(codebookSize) / Math.log(2);
  }

  /** Bits that an ideal code of single tokens spends on an image. */
  public double bitsPerImage(int tokensPerImage) {
    return bitsPerToken() * tokensPerImage;
  }
}
