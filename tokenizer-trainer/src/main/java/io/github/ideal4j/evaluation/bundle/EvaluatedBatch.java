package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import java.util.List;

/**
 * Originals, and what was made of each.
 *
 * @param first how many originals came before these
 * @param originals of one size
 * @param images as many, in the same order and of the same size
 * @param tokens {@code [rows * columns]} of each; empty where no bundle made the images
 * @param deep decoded deep features, {@code [rows * columns * width]} of each; empty likewise
 */
public record EvaluatedBatch(
    long first,
    List<LoadedImage> originals,
    List<RgbImage> images,
    List<int[]> tokens,
    List<float[]> deep) {

  /** Copies the lists, and refuses those that do not belong together. */
  public EvaluatedBatch {
    originals = List.copyOf(originals);
    images = List.copyOf(images);
    tokens = List.copyOf(tokens);
    deep = List.copyOf(deep);
    if (originals.isEmpty() || images.size() != originals.size()) {
      throw new IllegalArgumentException(
          "%d originals, but %d images".formatted(originals.size(), images.size()));
    }
    if ((!tokens.isEmpty() && tokens.size() != originals.size()) || deep.size() != tokens.size()) {
      throw new IllegalArgumentException(
          "%d originals, %d token grids and %d decoded features"
              .formatted(originals.size(), tokens.size(), deep.size()));
    }
  }

  /** Pairs of images that no bundle made. */
  public static EvaluatedBatch pairs(
      long first, List<LoadedImage> originals, List<RgbImage> images) {
    return new EvaluatedBatch(first, originals, images, List.of(), List.of());
  }

  /** How many originals there are. */
  public int size() {
    return originals.size();
  }

  /** The pixels of the originals. */
  public List<RgbImage> pixels() {
    return originals.stream().map(LoadedImage::image).toList();
  }

  /** Where an original came from. */
  ImageEntry entry(int i) {
    return originals.get(i).entry();
  }
}
