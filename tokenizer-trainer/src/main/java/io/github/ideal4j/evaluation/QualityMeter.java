package io.github.ideal4j.evaluation;

import io.github.ideal4j.image.RgbImage;
import java.util.List;

/** Compares reconstructions with originals, one pair after the other, keeping only sums. */
public final class QualityMeter {

  private long images;
  private double psnr;
  private double ssim;

  /**
   * Compares one pair.
   *
   * @throws IllegalArgumentException if the sizes differ
   */
  public void add(RgbImage original, RgbImage reconstruction) {
    psnr += Psnr.of(original, reconstruction);
    ssim += Ssim.of(original, reconstruction);
    images++;
  }

  /** Compares pairs: the lists have the same length and order. */
  public void addAll(List<RgbImage> originals, List<RgbImage> reconstructions) {
    if (originals.size() != reconstructions.size()) {
      throw new IllegalArgumentException(
          "%d originals, but %d reconstructions"
              .formatted(originals.size(), reconstructions.size()));
    }
    for (int i = 0; i < originals.size(); i++) {
      add(originals.get(i), reconstructions.get(i));
    }
  }

  /**
   * The means so far.
   *
   * @throws IllegalArgumentException if no pair was added
   */
  public ImageQuality result() {
    return new ImageQuality(images, psnr / images, ssim / images);
  }
}
