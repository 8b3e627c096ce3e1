package io.github.ideal4j.pipeline;

import io.github.ideal4j.image.DecodingOptions;
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
 * @param source what {@link ImageSource#open} opens
 * @param selection split and share
 * @param strict whether an unreadable photograph is an error instead of being skipped and counted
 * @param decoding what is let in, and how it is decoded
 */
public record Photographs(
    Path source, ImageSelection selection, boolean strict, DecodingOptions decoding) {

  public Photographs {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(selection, "selection");
    Objects.requireNonNull(decoding, "decoding");
  }

  /** Decoded as usual. */
  public Photographs(Path source, ImageSelection selection, boolean strict) {
    this(source, selection, strict, DecodingOptions.standard());
  }

  /** All photographs of a source. */
  public static Photographs all(Path source) {
    return new Photographs(source, ImageSelection.all(), false);
  }

  /** The same source, another split and share. */
  public Photographs select(String split, int every) {
    return new Photographs(source, new ImageSelection(split, every), strict, decoding);
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
      ImageLoader loader = new ImageLoader(opened, selection, size, strict).withOptions(decoding);
      return new Loaded(loader.loadAll(), loader.skipped());
    }
  }
}
