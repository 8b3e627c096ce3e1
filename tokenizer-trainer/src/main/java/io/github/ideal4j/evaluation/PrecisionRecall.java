package io.github.ideal4j.evaluation;

/**
 * How much of a generated set looks real, and how much of the real set is covered. Around each
 * point of a set lies a ball that reaches to its k-th nearest other point.
 *
 * <p>Precision and recall (Kynk&auml;&auml;nniemi et al. 2019, arXiv 1904.06991; k = 3) count
 * points on the surface of a ball as inside, density and coverage (Naeem et al. 2020, arXiv
 * 2002.09797; k = 5) do not. Both counts are kept, since libraries differ; they differ for equal
 * distances only, and distances are compared squared. All values depend on the number of points:
 * compare only sets of equal sizes. Memory is flat, 8 bytes a point and neighbour.
 *
 * @param neighbours k, the neighbour that a ball reaches to
 * @param real number of real points
 * @param generated number of generated points
 * @param atMost counts of points at a distance of at most the radius
 * @param below counts of points at a distance below the radius
 */
public record PrecisionRecall(
    int neighbours, int real, int generated, BallCounts atMost, BallCounts below) {

  /**
   * Compares two sets of the same features.
   *
   * @param neighbours k, 1 to the number of rows of the smaller set less one
   */
  public static PrecisionRecall of(FeatureRows real, FeatureRows generated, int neighbours) {
    real.requireSameWidth(generated);
    return new BallComparison(real, generated, neighbours).compare();
  }

  /** The share of generated points inside a ball of a real point. */
  public double precision() {
    return precision(atMost);
  }

  /** The share of real points inside a ball of a generated point. */
  public double recall() {
    return recall(atMost);
  }

  /** The mean number of balls of real points around a generated point, divided by k. */
  public double density() {
    return density(below);
  }

  /** The share of real points with a generated point in their ball. */
  public double coverage() {
    return coverage(below);
  }

  /** Precision by one of the counts. */
  public double precision(BallCounts counts) {
    return (double) counts.generatedInside() / generated;
  }

  /** Recall by one of the counts. */
  public double recall(BallCounts counts) {
    return (double) counts.realInside() / real;
  }

  /** Density by one of the counts. */
  public double density(BallCounts counts) {
    return (double) counts.ballsOverGenerated() / ((double) neighbours * generated);
  }

  /** Coverage by one of the counts. */
  public double coverage(BallCounts counts) {
    return (double) counts.realCovered() / real;
  }
}
