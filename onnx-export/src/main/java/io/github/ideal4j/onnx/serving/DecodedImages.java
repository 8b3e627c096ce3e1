package io.github.ideal4j.onnx.serving;

import io.github.ideal4j.image.RgbImage;
import java.util.List;

/**
 * What tokens decode to.
 *
 * @param images one for each grid
 * @param deep the deep features that the tokens stand for, one array {@code [rows * columns *
 *     width]} for each grid, a cell's features side by side
 */
public record DecodedImages(List<RgbImage> images, List<float[]> deep) {
  /** Copies the lists, not what is in them. */
  public DecodedImages {
    images = List.copyOf(images);
    deep = List.copyOf(deep);
  }
}
