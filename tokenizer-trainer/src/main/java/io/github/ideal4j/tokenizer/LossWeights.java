package io.github.ideal4j.tokenizer;

/**
 * Weights of the losses; 0 leaves a term out. The quantizer's terms carry their own.
 *
 * @param pixel kind of pixel loss
 * @param pixels weight of the pixel loss, on pixels of -1 to 1
 * @param lpips weight of the perceptual loss
 * @param lpipsShare part of each batch that gets the perceptual loss, in (0, 1]
 * @param lpipsCrop side of the crop that moves over the image from step to step; a fixed one lets a
 *     lattice grow that follows the network's strides
 * @param deepMse weight of the squared error of deep features, over their variance
 * @param deepCosine weight of one minus the cosine of deep features
 * @param shallowMse weight of the squared error of shallow features, over their variance
 * @param shallowCosine weight of one minus the cosine of shallow features
 * @param pixelsOverVariance whether the pixel loss is divided by the variance of pixels within
 *     training images (L1 by its root)
 * @param perceptual what the perceptual loss, weighted by {@code lpips}, looks with
 * @param perceptualWeights safetensors of {@link Perceptual#ALEX} or {@link Perceptual#VGG}
 * @param perceptualRamp steps in which the perceptual loss grows to its weight
 */
public record LossWeights(
    Pixel pixel,
    double pixels,
    double lpips,
    double lpipsShare,
    int lpipsCrop,
    double deepMse,
    double deepCosine,
    double shallowMse,
    double shallowCosine,
    boolean pixelsOverVariance,
    Perceptual perceptual,
    String perceptualWeights,
    int perceptualRamp) {

  /** What the perceptual loss looks with. */
  public enum Perceptual {
    /** LPIPS on SqueezeNet, which comes with the project. */
    SQUEEZE,
    /** LPIPS on AlexNet, of which the user brings the weights. */
    ALEX,
    /** LPIPS on VGG16, of which the user brings the weights; as in the paper. */
    VGG,
    /** The frozen backbone: one minus the cosine of both levels' tokens with the photograph's. */
    BACKBONE
  }

  /** Kinds of pixel loss. */
  public enum Pixel {
    /** Mean squared error. */
    MSE,
    /** Mean absolute error. */
    L1
  }

  public LossWeights {
    double[] weights = {pixels, lpips, deepMse, deepCosine, shallowMse, shallowCosine};
    for (double weight : weights) {
      if (!(weight >= 0)) {
        throw new IllegalArgumentException("a loss weight must be at least 0, got " + weight);
      }
    }
    boolean brought = perceptual == Perceptual.ALEX || perceptual == Perceptual.VGG;
    if (brought == perceptualWeights.isBlank() || perceptualRamp < 0) {
      throw new IllegalArgumentException(
          "loss.perceptualWeights names a file for ALEX and VGG and is empty for others, and loss.perceptualRamp is at least 0; got '%s' for %s and %d"
              .formatted(perceptualWeights, perceptual, perceptualRamp));
    }
    if (!(lpipsShare > 0 && lpipsShare <= 1) || lpipsCrop < 32) {
      throw new IllegalArgumentException(
          "loss.lpipsShare must be in (0, 1] and loss.lpipsCrop at least 32, got %s and %d"
              .formatted(lpipsShare, lpipsCrop));
    }
  }
}
