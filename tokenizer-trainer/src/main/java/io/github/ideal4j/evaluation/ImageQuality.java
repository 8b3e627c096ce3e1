package io.github.ideal4j.evaluation;

/**
 * How near a set of reconstructions comes to its originals.
 *
 * @param images number of pairs
 * @param psnr mean over images of {@link Psnr}, in decibels
 * @param ssim mean over images of {@link Ssim}
 */
public record ImageQuality(long images, double psnr, double ssim) {
  public ImageQuality {
    if (images < 1) {
      throw new IllegalArgumentException("no image was compared");
    }
  }
}
