package io.github.ideal4j.evaluation.bundle;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.torch.TorchOps;
import java.nio.ByteBuffer;
import java.util.List;

/** Images as the networks of the engine take them. */
final class ImagePlanes {

  private static final double HALF_RANGE = 127.5;

  private ImagePlanes() {}

  /** Images of one size as {@code uint8 [batch, height, width, 3]}. */
  static NDArray bytes(List<RgbImage> images, NDManager manager) {
    RgbImage first = images.get(0);
    ByteBuffer bytes = ByteBuffer.allocateDirect(images.size() * first.pixels().length);
    images.forEach(image -> bytes.put(image.pixels()));
    Shape shape = new Shape(images.size(), first.height(), first.width(), RgbImage.CHANNELS);
    return manager.create(bytes.flip(), shape, DataType.UINT8);
  }

  /** Images of one size as {@code [batch, 3, height, width]} in -1 to 1. */
  static NDArray unit(List<RgbImage> images, NDManager manager) {
    NDArray planes = TorchOps.toFloat(bytes(images, manager)).transpose(0, 3, 1, 2);
    return TorchOps.addScalar(TorchOps.scale(planes, 1 / HALF_RANGE), -1);
  }
}
