package io.github.ideal4j.arrow;

import io.github.ideal4j.progress.Progress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How often each code occurs in a data set. */
public final class TokenStatistics {

  private static final int MAX_CODES = 1 << 24;

  private long[] counts;
  private long total;

  private TokenStatistics(int codes) {
    counts = new long[codes];
  }

  /** A code and how often it occurs. */
  public record Frequency(int code, long count) {}

  /**
   * Counts all tokens.
   *
   * @throws IllegalArgumentException if there is a code of 16,777,216 or more
   */
  public static TokenStatistics of(TokenDataset dataset, Progress progress) {
    int declared = dataset.info().tokenizer().isKnown() ? dataset.info().codebookSize() : 1;
    TokenStatistics statistics = new TokenStatistics(Math.min(declared, MAX_CODES));
    int[] tokens = new int[dataset.info().cells()];
    try (Progress.Stage stage = progress.start("Counting tokens", dataset.size(), "rows")) {
      for (TokenBatch batch : dataset.batches()) {
        for (int row = 0; row < batch.size(); row++) {
          batch.copyTokens(row, tokens);
          statistics.add(tokens);
        }
        stage.advance(batch.size());
      }
    }
    return statistics;
  }

  private void add(int[] tokens) {
    for (int token : tokens) {
      if (token >= counts.length) {
        grow(token);
      }
      counts[token]++;
    }
    total += tokens.length;
  }

  private void grow(int token) {
    if (token >= MAX_CODES) {
      throw new IllegalArgumentException(
          "code %d is too large to count; codes below %d would be valid"
              .formatted(token, MAX_CODES));
    }
    counts = Arrays.copyOf(counts, Math.min(MAX_CODES, Math.max(token + 1, 2 * counts.length)));
  }

  /** Number of tokens. */
  public long total() {
    return total;
  }

  /** How often a code occurs. */
  public long count(int code) {
    return code < counts.length ? counts[code] : 0;
  }

  /** How many codes occur at all. */
  public int used() {
    return (int) Arrays.stream(counts).filter(count -> count > 0).count();
  }

  /** Entropy of a token in bits: -sum p log2 p over the codes; 0 without tokens. */
  public double entropy() {
    double sum = 0;
    for (long count : counts) {
      if (count > 0) {
        double p = (double) count / total;
        sum -= p * Math.log(p);
      }
    }
    return sum / Math.log(2);
  }

  /** The most frequent codes, most frequent first, the lower code first among equals. */
  public List<Frequency> mostFrequent(int atMost) {
    return IntStream.range(0, counts.length)
        .filter(code -> counts[code] > 0)
        .mapToObj(code -> new Frequency(code, counts[code]))
        .sorted(
            Comparator.comparingLong(Frequency::count).reversed().thenComparingInt(Frequency::code))
        .limit(atMost)
        .toList();
  }
}
