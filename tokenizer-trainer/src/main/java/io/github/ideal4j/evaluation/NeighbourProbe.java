package io.github.ideal4j.evaluation;

import java.util.Arrays;

/**
 * Classes by the vote of the k nearest training rows, on the features as given. Of equally near
 * rows those that come first vote; of classes with equally many votes the smallest wins.
 */
public final class NeighbourProbe implements Probe {

  /** Temperature of the vote by similarity (Wu et al. 2018, arXiv 1805.01978). */
  public static final double TEMPERATURE = 0.07;

  private final LabeledRows train;
  private final FeatureRows trainRows;
  private final int neighbours;
  private final Voting voting;

  /** Which rows are near, and how they vote. */
  public enum Voting {
    /** By Euclidean distance, one vote each. */
    EUCLIDEAN,
    /** By cosine similarity, one vote each. */
    COSINE,
    /** By cosine similarity, {@code exp(similarity / 0.07)} votes each. */
    COSINE_WEIGHTED
  }

  /**
   * Keeps the training rows.
   *
   * @param neighbours k, 1 to the number of training rows; 1, 5 and 20 are usual
   */
  public NeighbourProbe(LabeledRows train, int neighbours, Voting voting) {
    if (neighbours < 1 || neighbours > train.rows().rows()) {
      throw new IllegalArgumentException(
          "%d neighbours cannot be found among %d training rows"
              .formatted(neighbours, train.rows().rows()));
    }
    this.train = train;
    this.neighbours = neighbours;
    this.voting = voting;
    trainRows = prepared(train.rows());
  }

  private FeatureRows prepared(FeatureRows rows) {
    return voting == Voting.EUCLIDEAN ? rows : unit(rows);
  }

  /** Rows of length 1; a row of zeros stays. */
  private static FeatureRows unit(FeatureRows rows) {
    double[] values = rows.toArray();
    int width = rows.width();
    for (int from = 0; from < values.length; from += width) {
      double square = 0;
      for (int i = from; i < from + width; i++) {
        square += values[i] * values[i];
      }
      double length = square == 0 ? 1 : Math.sqrt(square);
      for (int i = from; i < from + width; i++) {
        values[i] /= length;
      }
    }
    return new DoubleRows(values, width);
  }

  @Override
  public int[] predict(FeatureRows rows) {
    trainRows.requireSameWidth(rows);
    NearestRows nearest = NearestRows.in(trainRows, prepared(rows), neighbours);
    int[] predictions = new int[rows.rows()];
    double[] votes = new double[train.classes()];
    for (int i = 0; i < predictions.length; i++) {
      Arrays.fill(votes, 0);
      for (int j = 0; j < neighbours; j++) {
        votes[train.label(nearest.row(i, j))] += weight(nearest.squaredDistance(i, j));
      }
      predictions[i] = LinearProbe.largest(votes, 0, votes.length);
    }
    return predictions;
  }

  private double weight(double squaredDistance) {
    return switch (voting) {
      case EUCLIDEAN, COSINE -> 1;
      // Of unit vectors: |x - y|^2 = 2 - 2 x y.
      case COSINE_WEIGHTED -> Math.exp((1 - squaredDistance / 2) / TEMPERATURE);
    };
  }
}
