package io.github.ideal4j.evaluation;

/**
 * How near decoded features come to the frozen backbone's: mean cosines over tokens, -1 to 1; NaN
 * for one that was not measured.
 *
 * @param deep of the deep features
 * @param deepCentred of the deep features less the teacher's mean
 * @param shallow of the shallow features
 */
public record FeatureAlignment(double deep, double deepCentred, double shallow) {

  /** Nothing was measured. */
  public static FeatureAlignment unknown() {
    return new FeatureAlignment(Double.NaN, Double.NaN, Double.NaN);
  }
}
