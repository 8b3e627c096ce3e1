package io.github.ideal4j.backbone;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;

/**
 * From images to what a backbone expects: bicubic enlargement to its input size, clamped to the
 * range of a byte, then {@code (x / 255 - mean) / deviation} with 0.5 for both.
 *
 * @param imageSize side of the square images
 * @param inputSize side of the backbone's input
 */
public record BackboneInput(int imageSize, int inputSize) {

  private static final double HALF_RANGE = 127.5;

  public BackboneInput {
    if (imageSize < 1 || inputSize < imageSize) {
      throw new IllegalArgumentException(
          "images of %d cannot be enlarged to %d".formatted(imageSize, inputSize));
    }
  }

  /**
   * Prepares images.
   *
   * @param images {@code [batch, imageSize, imageSize, 3]}, uint8 or float, 0 to 255
   * @return {@code [batch, 3, inputSize, inputSize]}, -1 to 1
   */
  public NDArray pixels(NDArray images) {
    NDArray planes = TorchOps.toFloat(images).transpose(0, 3, 1, 2);
    NDArray enlarged =
        imageSize == inputSize
            ? planes
            : TorchOps.resizeBicubic(planes, inputSize, inputSize, false).clip(0, 255);
    return TorchOps.addScalar(TorchOps.scale(enlarged, 1 / HALF_RANGE), -1);
  }
}
