package io.github.ideal4j.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chosen photographs of a source, decoded and cropped to a model's size, in a fixed order.
 *
 * <p>An image that cannot be read is left out, logged with its path and counted; a strict loader
 * throws an {@link UncheckedIOException} instead. Iterating again reads again. The source stays the
 * caller's, who closes it. Not safe for use by several threads, but it can decode ahead with some.
 */
public final class ImageLoader implements Iterable<LoadedImage> {

  private static final Logger LOG = LoggerFactory.getLogger(ImageLoader.class);

  private final ImageSource source;
  private final List<ImageEntry> entries;
  private final UnaryOperator<RgbImage> crop;
  private final boolean strict;
  private final int threads;
  private List<IOException> failures = new ArrayList<>();

  /**
   * Chooses, but reads nothing yet.
   *
   * @param size side of the square images, as {@link CenterCrop#adm} makes them
   * @param strict whether an unreadable image ends the reading
   * @throws IllegalArgumentException if the selection is empty
   */
  public ImageLoader(ImageSource source, ImageSelection selection, int size, boolean strict) {
    this(source, selection, image -> CenterCrop.adm(image, size), strict);
  }

  /**
   * Chooses, but reads nothing yet.
   *
   * @param crop of each image; {@link UnaryOperator#identity} leaves all as they are
   * @param strict whether an unreadable image ends the reading
   * @throws IllegalArgumentException if the selection is empty
   */
  public ImageLoader(
      ImageSource source, ImageSelection selection, UnaryOperator<RgbImage> crop, boolean strict) {
    this(source, selection.of(source), crop, strict, 1);
  }

  private ImageLoader(
      ImageSource source,
      List<ImageEntry> entries,
      UnaryOperator<RgbImage> crop,
      boolean strict,
      int threads) {
    this.source = source;
    this.entries = entries;
    this.crop = crop;
    this.strict = strict;
    this.threads = threads;
  }

  /**
   * A loader of the same images, in the same order, that decodes with several threads, so that
   * decoding hides behind what is done with the images.
   *
   * @param count at least 1; without this there is one
   */
  public ImageLoader withThreads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("cannot decode with %d threads".formatted(count));
    }
    return new ImageLoader(source, entries, crop, strict, count);
  }

  /** The chosen images, whether readable or not. */
  public List<ImageEntry> entries() {
    return entries;
  }

  /** Why images were left out, in the latest iteration so far; each message names its image. */
  public List<IOException> failures() {
    return List.copyOf(failures);
  }

  /** How many images were left out, in the latest iteration so far. */
  public int skipped() {
    return failures.size();
  }

  /** Reads everything. For sets that fit into memory: a 64 x 64 image takes 12 kB. */
  public List<LoadedImage> loadAll() {
    List<LoadedImage> images = new ArrayList<>(entries.size());
    forEach(images::add);
    return images;
  }

  @Override
  public Iterator<LoadedImage> iterator() {
    failures = new ArrayList<>();
    return new Images();
  }

  private LoadedImage load(ImageEntry entry) throws IOException {
    RgbImage image = ImageDecoder.decode(source.read(entry), entry.path());
    return new LoadedImage(entry, crop.apply(image));
  }

  /** Looks one readable image ahead. */
  private final class Images implements Iterator<LoadedImage> {

    private final ReadAhead<ImageEntry, LoadedImage> results =
        new ReadAhead<>(entries.iterator(), ImageLoader.this::load, threads);
    private LoadedImage next;

    @Override
    public boolean hasNext() {
      while (next == null && results.hasNext()) {
        try {
          next = results.next();
        } catch (IOException e) {
          if (strict) {
            throw new UncheckedIOException(e);
          }
          failures.add(e);
          LOG.warn("Left out {}", e.getMessage());
        }
      }
      return next != null;
    }

    @Override
    public LoadedImage next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      LoadedImage image = next;
      next = null;
      return image;
    }
  }
}
