package io.github.ideal4j.tribuo.features;

import java.util.Arrays;

/** Collects the features of one image. Reused from image to image; not thread-safe. */
public final class FeatureSink {

  /** Vectors that are shorter have no direction; the same in {@link Weighting#emitUnitLength}. */
  static final float SHORTEST = 1e-12f;

  private String[] names = new String[256];
  private double[] values = new double[256];
  private int[] sorted = new int[256];
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

  /** The name of a feature that has been added, by its place. */
  String name(int index) {
    return names[index];
  }

  /** Gives the feature at a place another name. */
  void rename(int index, String name) {
    names[index] = name;
  }

  /** Room for codes that are about to be sorted; what was in it is of no use. */
  int[] room(int length) {
    if (sorted.length < length) {
      sorted = new int[length];
    }
    return sorted;
  }

  /** Multiplies all features from {@code start} on. */
  void scale(int start, double factor) {
    for (int i = start; i < size; i++) {
      values[i] *= factor;
    }
  }

  /** Takes an offset from each feature from {@code start} on, and multiplies it with a factor. */
  void shiftAndScale(int start, double[] offsets, double[] factors) {
    for (int i = start; i < size; i++) {
      values[i] = (values[i] - offsets[i - start]) * factors[i - start];
    }
  }

  /** Makes the features from {@code start} on a vector of length 1, unless all are nearly 0. */
  void toUnitLength(int start) {
    double sum = 0;
    for (int i = start; i < size; i++) {
      sum += values[i] * values[i];
    }
    scale(start, 1 / Math.max(SHORTEST, Math.sqrt(sum)));
  }

  /** A copy of the names, in the order in which they came. */
  public String[] names() {
    return Arrays.copyOf(names, size);
  }

  /** A copy of the values, in the order of the names. */
  public double[] values() {
    return Arrays.copyOf(values, size);
  }

  /** Forgets all features. */
  public void clear() {
    size = 0;
  }
}
