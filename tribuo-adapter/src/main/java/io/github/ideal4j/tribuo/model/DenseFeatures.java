package io.github.ideal4j.tribuo.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.tribuo.Example;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;

/**
 * Standardised dense vectors as features {@code x-000000} and so on, for comparison with tokens:
 * each has mean 0 and deviation 1 over the training data, and is then divided by the square root of
 * the width, so that vectors have a length of about 1 as token features have.
 */
public final class DenseFeatures {

  private final String[] names;
  private final double[] means;
  private final double[] scales; // 0 for a value that never changes

  /**
   * Takes means and deviations.
   *
   * @param training {@code [images][width]}
   */
  public DenseFeatures(float[][] training) {
    int width = training[0].length;
    names = new String[width];
    Arrays.setAll(names, i -> "x-%06d".formatted(i));
    means = new double[width];
    scales = new double[width];
    for (float[] vector : training) {
      requireWidth(vector);
      for (int i = 0; i < width; i++) {
        means[i] += vector[i] / (double) training.length;
      }
    }
    for (int i = 0; i < width; i++) {
      double squares = 0;
      for (float[] vector : training) {
        squares += (vector[i] - means[i]) * (vector[i] - means[i]);
      }
      double deviation = Math.sqrt(squares / training.length);
      scales[i] = deviation > 1e-9 ? 1 / (deviation * Math.sqrt(width)) : 0;
    }
  }

  private void requireWidth(float[] vector) {
    if (vector.length != names.length) {
      throw new IllegalArgumentException(
          "a vector has %d values, others have %d".formatted(vector.length, names.length));
    }
  }

  /**
   * The example of a vector.
   *
   * @param label null for none
   * @throws IllegalArgumentException if the vector has another width or a value is not finite
   */
  public Example<Label> example(float[] vector, String label) {
    requireWidth(vector);
    double[] values = new double[vector.length];
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalArgumentException("value %d of a vector is %s".formatted(i, vector[i]));
      }
      values[i] = (vector[i] - means[i]) * scales[i];
    }
    Label output = label == null ? LabelFactory.UNKNOWN_LABEL : new Label(label);
    return new ArrayExample<>(output, names, values, new HashMap<>());
  }

  /** Names of the features. */
  public List<String> names() {
    return List.of(names);
  }
}
