package io.github.ideal4j.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * How sure a classifier is of each image, and how different its answers are (Salimans et al. 2016,
 * arXiv 1606.03498): {@code exp(mean KL(p | mean p))} of each split of the images. Rows are taken
 * in the order given; libraries shuffle them first. It rises with the number of images in a split.
 *
 * @param splits the score of each split, 1 to the number of classes; at least one
 */
public record InceptionScore(List<Double> splits) {

  private static final double SUM_TOLERANCE = 1e-3; // float32 or float16 softmax over 1,008 classes

  public InceptionScore {
    splits = List.copyOf(splits);
    if (splits.isEmpty()) {
      throw new IllegalArgumentException("no image was scored");
    }
  }

  /**
   * Splits of nearly equal size: split i of n images holds the rows {@code i n / splits} to {@code
   * (i + 1) n / splits - 1}.
   *
   * @param probabilities {@code [images, classes]}, rows that sum to 1
   * @param splits 1 to the number of images; 10 are usual
   */
  public static InceptionScore of(FeatureRows probabilities, int splits) {
    int rows = probabilities.rows();
    if (splits < 1 || splits > rows) {
      throw new IllegalArgumentException(
          "%d images cannot be split into %d parts; give 1 to %d".formatted(rows, splits, rows));
    }
    List<Double> scores = new ArrayList<>();
    for (long i = 0; i < splits; i++) {
      scores.add(score(probabilities, (int) (i * rows / splits), (int) ((i + 1) * rows / splits)));
    }
    return new InceptionScore(scores);
  }

  /**
   * Splits of a fixed size, the last of which may be smaller, as the evaluator of the ADM release
   * cuts them.
   *
   * @param probabilities {@code [images, classes]}, rows that sum to 1
   * @param size images of a split; 5,000 are usual
   */
  public static InceptionScore ofFixedSize(FeatureRows probabilities, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("a split has at least one image, got " + size);
    }
    List<Double> scores = new ArrayList<>();
    for (int from = 0; from < probabilities.rows(); from += size) {
      scores.add(score(probabilities, from, Math.min(probabilities.rows(), from + size)));
    }
    return new InceptionScore(scores);
  }

  // mean KL(p | m) = mean sum p log p - sum m log m, in one walk
  private static double score(FeatureRows probabilities, int from, int to) {
    double[] row = new double[probabilities.width()];
    double[] mean = new double[row.length];
    double negativeEntropy = 0;
    for (int i = from; i < to; i++) {
      probabilities.copyRow(i, row, 0);
      requireDistribution(row, i);
      negativeEntropy += sumPLogP(row);
      for (int j = 0; j < row.length; j++) {
        mean[j] += row[j];
      }
    }
    for (int j = 0; j < row.length; j++) {
      mean[j] /= to - from;
    }
    return Math.exp(negativeEntropy / (to - from) - sumPLogP(mean));
  }

  /** A class of probability 0 adds nothing. */
  private static double sumPLogP(double[] probabilities) {
    double sum = 0;
    for (double p : probabilities) {
      sum += p > 0 ? p * Math.log(p) : 0;
    }
    return sum;
  }

  private static void requireDistribution(double[] row, int number) {
    double sum = 0;
    double least = 0;
    for (double p : row) {
      sum += p;
      least = Math.min(least, p);
    }
    if (least < 0 || Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          "row %d sums to %s with a least value of %s; probabilities are wanted, not logits"
              .formatted(number, sum, least));
    }
  }

  /** The mean over splits: the score. */
  public double mean() {
    return Moments.mean(splits);
  }

  /** The deviation of the splits' scores, with their number: the one that is reported. */
  public double standardDeviation() {
    return Moments.populationDeviation(splits);
  }

  /** The deviation with the number of splits less one; NaN for a single split. */
  public double sampleStandardDeviation() {
    return Moments.sampleDeviation(splits);
  }
}
