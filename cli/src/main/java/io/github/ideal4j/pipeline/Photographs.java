package io.github.ideal4j.pipeline;

import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Which photographs a step reads.
 *
 * @param source a folder, a {@code .zip} or a {@code .tar}
 * @param selection split and share
 * @param strict whether an unreadable photograph is an error instead of being skipped and counted
 */
public record Photographs(Path source, ImageSelection selection, boolean strict) {

  public Photographs {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(selection, "selection");
  }

  /** All photographs of a source. */
  public static Photographs all(Path source) {
    return new Photographs(source, ImageSelection.all(), false);
  }

  /** The same source, another split and share. */
  public Photographs select(String split, int every) {
    return new Photographs(source, new ImageSelection(split, every), strict);
  }

  /**
   * The photographs, decoded.
   *
   * @param images in the order of the source
   * @param skipped how many could not be read
   */
  public record Loaded(List<LoadedImage> images, int skipped) {
    public Loaded {
      images = List.copyOf(images);
    }
  }

  /** Reads all into memory, square and of one size: a 64 x 64 image takes 12 kB. */
  public Loaded load(int size) throws IOException {
    try (ImageSource opened = ImageSource.open(source)) {
      ImageLoader loader = new ImageLoader(opened, selection, size, strict);
      return new Loaded(loader.loadAll(), loader.skipped());
    }
  }
}
