package io.github.ideal4j.tribuo;

import java.util.Arrays;

/** Collects the features of one image. Reused from image to image; not thread-safe. */
public final class FeatureSink {

  private String[] names = new String[256];
  private double[] values = new double[256];
  private int size;

  /** Adds a feature; names come in ascending order within one featurizer and only once. */
  public void add(String name, double value) {
    if (size == names.length) {
      names = Arrays.copyOf(names, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    names[size] = name;
    values[size++] = value;
  }

  /** Number of features so far. */
  public int size() {
    return size;
  }

  /** Multiplies all features from {@code start} on. */
  void scale(int start, double factor) {
    for (int i = start; i < size; i++) {
      values[i] *= factor;
    }
  }

  /** Makes the features from {@code start} on a vector of length 1, unless all are 0. */
  void toUnitLength(int start) {
    double sum = 0;
    for (int i = start; i < size; i++) {
      sum += values[i] * values[i];
    }
    if (sum > 0) {
      scale(start, 1 / Math.sqrt(sum));
    }
  }

  String[] names() {
    return Arrays.copyOf(names, size);
  }

  double[] values() {
    return Arrays.copyOf(values, size);
  }

  void clear() {
    size = 0;
  }
}
