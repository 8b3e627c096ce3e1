package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.training.FeatureCache;

/**
 * The size of backbone features: mean variance of a channel, which brings both alignment losses to
 * one scale.
 *
 * @param shallow of the shallow tokens
 * @param deep of the deep tokens
 */
record FeatureVariance(double shallow, double deep) {

  private static final int BATCH = 16;

  /** Sums over tokens, a channel each. */
  private static final class Moments {

    private final double[] sum;
    private final double[] squares;
    private long count;

    Moments(int width) {
      sum = new double[width];
      squares = new double[width];
    }

    void add(float[] values) {
      int width = sum.length;
      for (int i = 0; i < values.length; i++) {
        sum[i % width] += values[i];
        squares[i % width] += (double) values[i] * values[i];
      }
      count += values.length / width;
    }

    float[] mean() {
      float[] mean = new float[sum.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) (sum[i] / count);
      }
      return mean;
    }

    double variance(int channel) {
      double mean = sum[channel] / count;
      return (squares[channel] - count * mean * mean) / (count - 1);
    }

    float[] deviation() {
      float[] deviation = new float[sum.length];
      for (int i = 0; i < deviation.length; i++) {
        deviation[i] = (float) Math.sqrt(Math.max(variance(i), 1e-12));
      }
      return deviation;
    }

    double meanVariance() {
      double total = 0;
      for (int i = 0; i < sum.length; i++) {
        total += variance(i);
      }
      return total / sum.length;
    }
  }

  /**
   * Measures features of evenly chosen plain images, and gives the tokenizer their mean and
   * deviation.
   *
   * @param images at most this many
   * @param standardize whether the tokenizer is given them; else it takes features as they are
   */
  static FeatureVariance measure(
      FeatureCache features,
      int images,
      boolean standardize,
      DualAlignedTokenizer tokenizer,
      NDManager manager) {
    int width = tokenizer.config().width();
    Moments shallow = new Moments(width);
    Moments deep = new Moments(width);
    int count = Math.min(images, features.images());
    for (int start = 0; start < count; start += BATCH) {
      long[] rows = new long[Math.min(BATCH, count - start)];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = (long) (start + i) * features.images() / count;
      }
      try (NDManager own = manager.newSubManager()) {
        BackboneTokens tokens = features.rows(own, rows);
        shallow.add(tokens.shallow().toFloatArray());
        deep.add(tokens.deep().toFloatArray());
      }
    }
    if (standardize) {
      tokenizer.setStatistics(shallow.mean(), shallow.deviation(), deep.mean(), deep.deviation());
    }
    return new FeatureVariance(shallow.meanVariance(), deep.meanVariance());
  }
}
