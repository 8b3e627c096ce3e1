package io.github.ideal4j.evaluation;

import java.util.Arrays;

/**
 * The cosine of each channel over all tokens, less the teacher's mean: which channels a decoder has
 * not learned. A mean over tokens hides them, since a few channels carry most of the norm.
 */
public final class ChannelCosines {

  private static final int WORST = 20; // 5 %

  private final float[] mean;
  private final double[] products;
  private final double[] decodedSquares;
  private final double[] teacherSquares;

  /**
   * Begins with nothing.
   *
   * @param mean {@code [width]}, of the teacher's features
   */
  public ChannelCosines(float[] mean) {
    this.mean = mean.clone();
    products = new double[mean.length];
    decodedSquares = new double[mean.length];
    teacherSquares = new double[mean.length];
  }

  /**
   * Counts in tokens.
   *
   * @param decoded {@code [tokens * width]}
   * @param teacher {@code [tokens * width]}
   */
  public void add(float[] decoded, float[] teacher) {
    if (decoded.length != teacher.length || decoded.length % mean.length != 0) {
      throw new IllegalArgumentException(
          "cannot compare %d decoded values with %d of the teacher in rows of %d"
              .formatted(decoded.length, teacher.length, mean.length));
    }
    for (int i = 0; i < decoded.length; i++) {
      int channel = i % mean.length;
      double a = (double) decoded[i] - mean[channel];
      double b = (double) teacher[i] - mean[channel];
      products[channel] += a * b;
      decodedSquares[channel] += a * a;
      teacherSquares[channel] += b * b;
    }
  }

  /** The cosine of each channel, {@code [width]}, -1 to 1; 0 for one that never differs. */
  public double[] all() {
    double[] cosines = new double[mean.length];
    for (int i = 0; i < cosines.length; i++) {
      double norm = Math.sqrt(decodedSquares[i] * teacherSquares[i]);
      cosines[i] = norm == 0 ? 0 : products[i] / norm;
    }
    return cosines;
  }

  /** The mean cosine of the worst twentieth of the channels, at least of one. */
  public double worst() {
    double[] sorted = all();
    Arrays.sort(sorted);
    return Arrays.stream(sorted).limit(Math.max(1, sorted.length / WORST)).average().orElseThrow();
  }
}
