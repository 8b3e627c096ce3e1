package io.github.ideal4j.evaluation.codec;

import io.github.ideal4j.image.RgbImage;
import java.util.List;

/**
 * Encodes images, counts the bits, decodes them again. An image's result depends on no other image
 * of the list, up to the rounding of a network that computes several at once. Whoever made a codec
 * closes it.
 */
public interface PixelCodec extends AutoCloseable {

  /** A short name for tables, such as {@code jpeg}. */
  String name();

  /** One sentence: what it is and how its bits are counted. */
  String description();

  /**
   * Encodes and decodes.
   *
   * @param images of any sizes that the codec takes
   * @return in the same order
   * @throws IllegalArgumentException if the codec does not take an image's size
   */
  List<Coded> code(List<RgbImage> images);

  /** Encodes and decodes one image. */
  default Coded code(RgbImage image) {
    return code(List.of(image)).get(0);
  }

  @Override
  default void close() {}
}
