package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.evaluation.ConfidenceInterval;
import io.github.ideal4j.evaluation.FeatureRows;
import io.github.ideal4j.evaluation.FrechetDistance;
import io.github.ideal4j.evaluation.InceptionScore;
import io.github.ideal4j.evaluation.KernelDistance;
import io.github.ideal4j.evaluation.PrecisionRecall;
import io.github.ideal4j.evaluation.network.InceptionTap;
import java.util.Set;

/**
 * Compares two sets of images by their features.
 *
 * @param kinds which of the distances
 * @param seed of the draws of subsets
 */
public record SetDistances(Set<Kind> kinds, long seed) {

  private static final int ENOUGH = 10_000; // images for a Frechet distance to mean much
  private static final int SUBSETS = 100;
  private static final int SUBSET = 1_000;
  private static final int SPLITS = 10;
  private static final int BALL = 3; // precision and recall
  private static final int DENSE_BALL = 5; // density and coverage

  /** A distance, or several that are computed together. */
  public enum Kind {
    /** Frechet distance, on each tap. */
    FRECHET,
    /** Kernel distance. */
    KERNEL,
    /** Precision, recall, density and coverage. */
    PRECISION,
    /** Inception score, of the second set alone. */
    SCORE
  }

  /** Copies the set. */
  public SetDistances {
    kinds = Set.copyOf(kinds);
  }

  /** Writes down how far {@code images} are from {@code reference}. */
  public void report(FeatureSet reference, FeatureSet images, Measurements to) {
    InceptionTap tap = reference.widest();
    if (tap != null && kinds.contains(Kind.KERNEL)) {
      kernel(reference.rows(tap), images.rows(tap), tap.label(), to);
    }
    if (kinds.contains(Kind.FRECHET)) {
      frechet(reference, images, to);
    }
    if (tap != null && kinds.contains(Kind.PRECISION)) {
      precision(reference.rows(tap), images.rows(tap), tap.label(), to);
    }
    if (kinds.contains(Kind.SCORE) && images.has(InceptionTap.PROBABILITIES)) {
      InceptionScore score = InceptionScore.of(images.rows(InceptionTap.PROBABILITIES), SPLITS);
      to.put("inceptionScore", score.mean())
          .put("inceptionScoreDeviation", score.standardDeviation());
    }
  }

  private void kernel(FeatureRows reference, FeatureRows images, String width, Measurements to) {
    // Half of few images: subsets of all of them would be one and the same.
    int fewest = Math.min(reference.rows(), images.rows());
    int size = Math.max(2, Math.min(SUBSET, fewest / 2));
    KernelDistance distance = KernelDistance.between(reference, images, SUBSETS, size, seed);
    ConfidenceInterval interval = distance.interval();
    to.put("kid" + width, distance.mean())
        .put("kid" + width + "Low", interval.low())
        .put("kid" + width + "High", interval.high());
    to.note(
        "kid%s: %d subsets of %,d images; its interval is that of other subsets, not of other images"
            .formatted(width, SUBSETS, size));
  }

  private static void frechet(FeatureSet reference, FeatureSet images, Measurements to) {
    for (InceptionTap tap : InceptionTap.values()) {
      if (reference.taps().contains(tap) && tap != InceptionTap.POOL_1280) {
        double value =
            FrechetDistance.between(
                    reference.moments(tap).statistics(), images.moments(tap).statistics())
                .value();
        to.put(tap == InceptionTap.SPATIAL ? "sfid" : "fid" + tap.label(), value);
      }
    }
    long fewest = Math.min(reference.images(), images.images());
    if (fewest < ENOUGH) {
      to.note(
          "Frechet distances of %,d images are too large (below %,d they mean little): look at kid"
              .formatted(fewest, ENOUGH));
    }
    if (!reference.has(InceptionTap.POOL_2048)) {
      to.note(
          "fid64, fid192 and fid768 are not the literature's FID, which needs 2,048 features"
              + " (--inception FILE)");
    }
  }

  private static void precision(
      FeatureRows reference, FeatureRows images, String width, Measurements to) {
    PrecisionRecall balls = PrecisionRecall.of(reference, images, BALL);
    PrecisionRecall dense = PrecisionRecall.of(reference, images, DENSE_BALL);
    to.put("precision" + width, balls.precision())
        .put("recall" + width, balls.recall())
        .put("density" + width, dense.density())
        .put("coverage" + width, dense.coverage());
  }
}
