package io.github.ideal4j.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;

/**
 * From the images of a tokenizer to what a backbone expects: bicubic enlargement to its input size,
 * clamped to the range of a byte, then {@code (x / 255 - mean) / std}.
 *
 * @param imageSize side of the square images
 * @param inputSize side of the backbone's input
 * @param normalization mean and std
 */
public record BackboneInput(int imageSize, int inputSize, Normalization normalization) {

  private static final double BYTE = 255;

  public BackboneInput {
    if (imageSize < 1 || inputSize < imageSize) {
      throw new IllegalArgumentException(
          "images of %d cannot be enlarged to %d".formatted(imageSize, inputSize));
    }
  }

  /** What this backbone expects of images of a size. */
  public static BackboneInput of(int imageSize, VisionBackbone backbone) {
    return new BackboneInput(imageSize, backbone.config().inputSize(), backbone.normalization());
  }

  /**
   * Prepares images.
   *
   * @param images {@code [batch, imageSize, imageSize, 3]}, uint8 or float, 0 to 255
   * @return {@code [batch, 3, inputSize, inputSize]}
   */
  public NDArray pixels(NDArray images) {
    NDArray planes = TorchOps.toFloat(images).transpose(0, 3, 1, 2);
    NDArray enlarged =
        imageSize == inputSize
            ? planes
            : TorchOps.clamp(TorchOps.resizeBicubic(planes, inputSize, inputSize, false), 0, BYTE);
    if (normalization.equals(Normalization.HALF)) {
      return TorchOps.addScalar(TorchOps.scale(enlarged, 2 / BYTE), -1);
    }
    float[] factors = new float[3];
    float[] terms = new float[3];
    for (int c = 0; c < 3; c++) {
      double std = normalization.std().get(c);
      factors[c] = (float) (1 / (BYTE * std));
      terms[c] = (float) (-normalization.mean().get(c) / std);
    }
    Shape channels = new Shape(1, 3, 1, 1);
    return enlarged
        .mul(NamedArrays.of(factors, channels, enlarged.getManager()))
        .add(NamedArrays.of(terms, channels, enlarged.getManager()));
  }
}
