package io.github.ideal4j.tribuo.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How well a classifier does on labeled images. A class that it does not know counts as missed.
 *
 * @param images how many labeled images there were, at least 1
 * @param accuracy share of images with the right class
 * @param classMeanAccuracy mean over the classes of the share of their images with the right class
 * @param majorityBaseline accuracy of always saying the training data's most frequent class
 */
public record ClassifierEvaluation(
    long images, double accuracy, double classMeanAccuracy, double majorityBaseline) {

  /**
   * Compares predictions with the truth.
   *
   * @param truth the right classes, not empty
   * @param predicted as many predictions
   * @param majority the training data's most frequent class
   */
  public static ClassifierEvaluation of(
      List<String> truth, List<String> predicted, String majority) {
    if (truth.isEmpty() || truth.size() != predicted.size()) {
      throw new IllegalArgumentException(
          "an evaluation needs as many predictions as labeled images and at least one, got %d and %d"
              .formatted(predicted.size(), truth.size()));
    }
    Map<String, int[]> hits = new TreeMap<>(); // class -> right, all
    long right = 0;
    long majorityRight = 0;
    for (int i = 0; i < truth.size(); i++) {
      int[] hit = hits.computeIfAbsent(truth.get(i), label -> new int[2]);
      hit[1]++;
      if (truth.get(i).equals(predicted.get(i))) {
        hit[0]++;
        right++;
      }
      majorityRight += truth.get(i).equals(majority) ? 1 : 0;
    }
    double mean =
        hits.values().stream().mapToDouble(hit -> (double) hit[0] / hit[1]).average().orElseThrow();
    double images = truth.size();
    return new ClassifierEvaluation(truth.size(), right / images, mean, majorityRight / images);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "accuracy %.4f, class mean %.4f, majority baseline %.4f on %d images",
        accuracy,
        classMeanAccuracy,
        majorityBaseline,
        images);
  }
}
