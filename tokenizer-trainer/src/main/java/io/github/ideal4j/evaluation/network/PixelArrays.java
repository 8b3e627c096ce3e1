package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.torch.TorchOps;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Images to arrays and back. */
final class PixelArrays {

  private static final int BYTE = 255;

  private PixelArrays() {}

  /**
   * Images of one size as {@code [batch, 3, height, width]}, 0 to 255.
   *
   * @param manager owns the result
   */
  static NDArray planes(List<RgbImage> images, NDManager manager) {
    RgbImage first = images.get(0);
    ByteBuffer bytes = ByteBuffer.allocateDirect(images.size() * first.pixels().length);
    images.forEach(image -> bytes.put(image.pixels()));
    Shape shape = new Shape(images.size(), first.height(), first.width(), RgbImage.CHANNELS);
    NDArray array = manager.create(bytes.flip(), shape, DataType.UINT8);
    return TorchOps.toFloat(array).transpose(0, 3, 1, 2);
  }

  /** Images of {@code [batch, 3, height, width]}, rounded and clamped to 0 to 255. */
  static List<RgbImage> images(NDArray planes) {
    int height = Math.toIntExact(planes.getShape().get(2));
    int width = Math.toIntExact(planes.getShape().get(3));
    NDArray rounded = planes.clip(0, BYTE).round().transpose(0, 2, 3, 1);
    byte[] all = TorchOps.cast(rounded, DataType.UINT8).toByteArray();
    int size = height * width * RgbImage.CHANNELS;
    List<RgbImage> images = new ArrayList<>();
    for (int at = 0; at < all.length; at += size) {
      byte[] pixels = new byte[size];
      System.arraycopy(all, at, pixels, 0, size);
      images.add(new RgbImage(width, height, pixels));
    }
    return images;
  }
}
