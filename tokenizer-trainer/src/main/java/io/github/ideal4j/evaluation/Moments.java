package io.github.ideal4j.evaluation;

import java.util.List;

/** Mean and deviation of a few numbers. */
final class Moments {

  private Moments() {}

  static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
  }

  static double populationDeviation(List<Double> values) {
    return Math.sqrt(squares(values) / values.size());
  }

  /** NaN for a single value. */
  static double sampleDeviation(List<Double> values) {
    return Math.sqrt(squares(values) / (values.size() - 1));
  }

  private static double squares(List<Double> values) {
    double mean = mean(values);
    return values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum();
  }
}
