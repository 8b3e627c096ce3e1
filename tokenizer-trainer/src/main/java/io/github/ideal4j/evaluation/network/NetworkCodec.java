package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.evaluation.codec.Coded;
import io.github.ideal4j.evaluation.codec.PixelCodec;
import io.github.ideal4j.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

/** A learned codec: neighbouring images of one size go through the network together. */
abstract sealed class NetworkCodec implements PixelCodec permits VqVae, Taef2 {

  private static final int BATCH = 16;

  private final FrozenLayers layers;
  private final int factor;

  /**
   * A codec.
   *
   * @param layers that it closes
   * @param factor by which it makes images smaller: their sides must be multiples of it
   */
  NetworkCodec(FrozenLayers layers, int factor) {
    this.layers = layers;
    this.factor = factor;
  }

  final FrozenLayers layers() {
    return layers;
  }

  /**
   * Through the encoder and the decoder.
   *
   * @param pixels {@code [batch, 3, height, width]}, 0 to 255
   * @return the same shape and range, not yet rounded or clamped
   */
  abstract NDArray reconstruct(NDArray pixels);

  /**
   * Bits between encoder and decoder.
   *
   * @param places what is left of an image: height times width, each divided by the factor
   */
  abstract long bits(long places);

  @Override
  public final List<Coded> code(List<RgbImage> images) {
    images.forEach(this::requireMultiple);
    List<Coded> coded = new ArrayList<>();
    while (coded.size() < images.size()) {
      int from = coded.size();
      coded.addAll(codeBatch(images.subList(from, endOfBatch(images, from))));
    }
    return coded;
  }

  private static int endOfBatch(List<RgbImage> images, int from) {
    RgbImage first = images.get(from);
    int end = from + 1;
    while (end < images.size()
        && end - from < BATCH
        && images.get(end).width() == first.width()
        && images.get(end).height() == first.height()) {
      end++;
    }
    return end;
  }

  private List<Coded> codeBatch(List<RgbImage> images) {
    RgbImage first = images.get(0);
    long bits = bits((long) (first.width() / factor) * (first.height() / factor));
    try (NDManager scope = layers.newScope()) {
      NDArray pixels = PixelArrays.planes(images, scope);
      return PixelArrays.images(reconstruct(pixels)).stream()
          .map(image -> new Coded(image, bits))
          .toList();
    }
  }

  private void requireMultiple(RgbImage image) {
    if (image.width() % factor != 0 || image.height() % factor != 0) {
      throw new IllegalArgumentException(
          "%s takes sides that are multiples of %d, got %d x %d"
              .formatted(name(), factor, image.width(), image.height()));
    }
  }

  @Override
  public final void close() {
    layers.close();
  }
}
