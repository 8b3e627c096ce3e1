package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.evaluation.FeatureMoments;
import io.github.ideal4j.evaluation.FeatureRows;
import io.github.ideal4j.evaluation.network.Inception;
import io.github.ideal4j.evaluation.network.InceptionFeatures;
import io.github.ideal4j.evaluation.network.InceptionResize;
import io.github.ideal4j.evaluation.network.InceptionTap;
import io.github.ideal4j.image.RgbImage;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a set of images looks like to Inception: mean and covariance of all of them, and some rows.
 * Memory does not grow with the images beyond {@value #MOST_ROWS}.
 */
public final class FeatureSet {

  /** Rows that are kept for what compares rows with rows. */
  public static final int MOST_ROWS = 10_000;

  private static final Set<InceptionTap> POOLED =
      Set.of(
          InceptionTap.POOL_64,
          InceptionTap.POOL_192,
          InceptionTap.POOL_768,
          InceptionTap.POOL_1280,
          InceptionTap.POOL_2048);

  private final Inception inception;
  private final Set<InceptionTap> taps;
  private final Map<InceptionTap, FeatureMoments> moments = new EnumMap<>(InceptionTap.class);
  private final Map<InceptionTap, RowSample> samples = new EnumMap<>(InceptionTap.class);
  private long images;

  /**
   * Begins with no images.
   *
   * @param inception stays the caller's
   * @param taps what is looked at
   * @param seed of the draw of rows
   */
  public FeatureSet(Inception inception, Set<InceptionTap> taps, long seed) {
    inception.require(taps);
    this.inception = inception;
    this.taps = Set.copyOf(taps);
    for (InceptionTap tap : taps) {
      if (tap != InceptionTap.PROBABILITIES) {
        moments.put(tap, new FeatureMoments(tap.width()));
      }
      if (tap == InceptionTap.PROBABILITIES || tap == widest()) {
        samples.put(tap, new RowSample(tap.width(), MOST_ROWS, seed));
      }
    }
  }

  /** Looks at images of any sizes. */
  public void add(List<RgbImage> pixels) {
    InceptionFeatures features =
        inception.features(pixels, InceptionResize.TENSORFLOW_BILINEAR, taps);
    features
        .rows()
        .forEach(
            (tap, rows) ->
                rows.forEach(
                    row -> {
                      if (moments.containsKey(tap)) {
                        moments.get(tap).add(row);
                      }
                      if (samples.containsKey(tap)) {
                        samples.get(tap).add(row);
                      }
                    }));
    images += pixels.size();
  }

  /** How many images there were. */
  public long images() {
    return images;
  }

  /** The taps with means and covariances. */
  Set<InceptionTap> taps() {
    return moments.keySet();
  }

  FeatureMoments moments(InceptionTap tap) {
    return moments.get(tap);
  }

  /** The widest tap that is averaged over space, or null: rows are kept there. */
  InceptionTap widest() {
    return taps.stream().filter(POOLED::contains).max(InceptionTap::compareTo).orElse(null);
  }

  boolean has(InceptionTap tap) {
    return taps.contains(tap);
  }

  /** Rows drawn evenly. */
  FeatureRows rows(InceptionTap tap) {
    return samples.get(tap).rows();
  }
}
