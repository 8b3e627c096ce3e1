package io.github.ideal4j.evaluation;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Counts which points lie in the balls of the other set, in one walk over all pairs. */
final class BallComparison {

  private final FeatureRows real;
  private final FeatureRows generated;
  private final int neighbours;
  private final double[] realRadii; // squared
  private final double[] generatedRadii;

  BallComparison(FeatureRows real, FeatureRows generated, int neighbours) {
    this.real = real;
    this.generated = generated;
    this.neighbours = neighbours;
    realRadii = radii(real, neighbours);
    generatedRadii = radii(generated, neighbours);
  }

  private static double[] radii(FeatureRows rows, int neighbours) {
    NearestRows nearest = NearestRows.within(rows, neighbours);
    return IntStream.range(0, rows.rows())
        .mapToDouble(row -> nearest.squaredDistance(row, neighbours - 1))
        .toArray();
  }

  PrecisionRecall compare() {
    Count atMost = new Count(radius -> radius);
    // Below a number is at most its predecessor.
    Count below = new Count(Math::nextDown);
    RowPairs.forEach(
        generated,
        real,
        RowPairs.Measure.SQUARED_DISTANCE,
        (from, size, otherFrom, otherSize, values) -> {
          atMost.visit(from, size, otherFrom, otherSize, values);
          below.visit(from, size, otherFrom, otherSize, values);
        });
    return new PrecisionRecall(
        neighbours, real.rows(), generated.rows(), atMost.result(), below.result());
  }

  /** One way of telling inside from outside. */
  private final class Count {

    private final double[] realReach;
    private final double[] generatedReach;
    private final int[] ballsOver = new int[generated.rows()];
    // Written by several threads, but never anything other than true.
    private final boolean[] inside = new boolean[real.rows()];
    private final boolean[] covered = new boolean[real.rows()];

    Count(DoubleUnaryOperator reach) {
      realReach =
          IntStream.range(0, realRadii.length)
              .mapToDouble(i -> reach.applyAsDouble(realRadii[i]))
              .toArray();
      generatedReach =
          IntStream.range(0, generatedRadii.length)
              .mapToDouble(i -> reach.applyAsDouble(generatedRadii[i]))
              .toArray();
    }

    void visit(int from, int size, int otherFrom, int otherSize, double[] squares) {
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < otherSize; j++) {
          double square = squares[i * otherSize + j];
          if (square <= realReach[otherFrom + j]) {
            ballsOver[from + i]++;
            covered[otherFrom + j] = true;
          }
          if (square <= generatedReach[from + i]) {
            inside[otherFrom + j] = true;
          }
        }
      }
    }

    BallCounts result() {
      return new BallCounts(
          IntStream.of(ballsOver).filter(balls -> balls > 0).count(),
          count(inside),
          IntStream.of(ballsOver).asLongStream().sum(),
          count(covered));
    }

    private static long count(boolean[] marks) {
      return IntStream.range(0, marks.length).filter(i -> marks[i]).count();
    }
  }
}
