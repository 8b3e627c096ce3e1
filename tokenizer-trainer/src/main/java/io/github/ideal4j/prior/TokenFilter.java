package io.github.ideal4j.prior;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * From logits to the probabilities that a token is drawn from.
 *
 * @param temperature divides the logits, above 0
 * @param topK keeps the largest logits, and those equal to the last of them; 0 keeps all
 * @param topP then keeps the likeliest tokens until their sum exceeds this; 1 keeps all
 */
public record TokenFilter(double temperature, int topK, double topP) {

  /** Every token, unchanged. */
  public static final TokenFilter NONE = new TokenFilter(1, 0, 1);

  /** Checks every range. */
  public TokenFilter {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature must be above 0, got " + temperature);
    }
    if (topK < 0) {
      throw new IllegalArgumentException("top-k must be at least 0 (all), got " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p must be in (0, 1], got " + topP);
    }
  }

  /** The probabilities of all tokens, 0 for those left out; they sum to 1. */
  public float[] probabilities(float[] logits) {
    double[] kept = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      kept[i] = logits[i] / temperature;
    }
    keepTopK(kept);
    keepTopP(kept);
    double[] probabilities = softmax(kept);
    float[] result = new float[kept.length];
    for (int i = 0; i < kept.length; i++) {
      result[i] = (float) probabilities[i];
    }
    return result;
  }

  private void keepTopK(double[] logits) {
    if (topK == 0 || topK >= logits.length) {
      return;
    }
    double[] sorted = logits.clone();
    Arrays.sort(sorted);
    double least = sorted[logits.length - topK];
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] < least) {
        logits[i] = Double.NEGATIVE_INFINITY;
      }
    }
  }

  private void keepTopP(double[] logits) {
    if (topP >= 1) {
      return;
    }
    double[] probabilities = softmax(logits);
    int[] order =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted((a, b) -> Double.compare(logits[b], logits[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    double before = 0;
    for (int rank = 0; rank < order.length; rank++) {
      // The token that crosses the threshold stays.
      if (before > topP) {
        logits[order[rank]] = Double.NEGATIVE_INFINITY;
      }
      before += probabilities[order[rank]];
    }
  }

  private static double[] softmax(double[] logits) {
    double largest = Arrays.stream(logits).max().orElse(0);
    double[] exponentials = Arrays.stream(logits).map(x -> Math.exp(x - largest)).toArray();
    double sum = Arrays.stream(exponentials).sum();
    return Arrays.stream(exponentials).map(x -> x / sum).toArray();
  }

  /** The token at which the running sum of the probabilities passes {@code uniform} in [0, 1). */
  public static int draw(float[] probabilities, float uniform) {
    double sum = 0;
    int last = 0;
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i] > 0) {
        sum += probabilities[i];
        last = i;
        if (sum > uniform) {
          return i;
        }
      }
    }
    return last; // rounding left the sum just below the number drawn
  }
}
