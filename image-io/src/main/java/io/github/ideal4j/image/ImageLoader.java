package io.github.ideal4j.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
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
  private static final int ITEMS_PER_THREAD = 4;
  private static final ReadImage.Digest NOTHING = new ReadImage.Digest("0".repeat(64));

  private final ImageSource source;
  private final List<ImageEntry> entries;
  private final UnaryOperator<RgbImage> crop;
  private final boolean strict;
  private final int threads;
  private final int ahead;
  private final DecodingOptions options;
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
    this(
        source,
        selection.of(source),
        crop,
        strict,
        1,
        ITEMS_PER_THREAD,
        DecodingOptions.standard());
  }

  /**
   * A loader of some images of a source.
   *
   * @param entries of the source, in the order in which to read them; may be none
   * @param crop of each image
   */
  public static ImageLoader of(
      ImageSource source, List<ImageEntry> entries, UnaryOperator<RgbImage> crop) {
    return new ImageLoader(
        source, entries, crop, false, 1, ITEMS_PER_THREAD, DecodingOptions.standard());
  }

  private ImageLoader(
      ImageSource source,
      List<ImageEntry> entries,
      UnaryOperator<RgbImage> crop,
      boolean strict,
      int threads,
      int ahead,
      DecodingOptions options) {
    this.source = source;
    this.entries = entries;
    this.crop = crop;
    this.strict = strict;
    this.threads = threads;
    this.ahead = ahead;
    this.options = options;
  }

  /**
   * A loader of the same images, in the same order, that decodes with several threads, so that
   * decoding hides behind what is done with the images.
   *
   * @param count at least 1; without this there is one
   */
  public ImageLoader withThreads(int count) {
    return withThreads(count, ITEMS_PER_THREAD * count);
  }

  /**
   * The same with a bound of its own.
   *
   * @param count of threads, at least 1
   * @param images that are read or wait to be taken, at least 1; more than these are never held
   */
  public ImageLoader withThreads(int count, int images) {
    if (count < 1 || images < 1) {
      throw new IllegalArgumentException(
          "cannot decode with %d threads and %d images ahead".formatted(count, images));
    }
    return new ImageLoader(source, entries, crop, strict, count, images, options);
  }

  /** A loader of the same images that decodes with other options. */
  public ImageLoader withOptions(DecodingOptions newOptions) {
    return new ImageLoader(source, entries, crop, strict, threads, ahead, newOptions);
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

  /**
   * All chosen images from one on, in order, the unreadable ones with the reason; nothing is logged
   * and nothing is kept. Whether this is strict plays no role.
   *
   * @param from place of the first in {@link #entries}
   */
  public Iterator<ReadImage> results(int from) {
    Iterator<Integer> places = IntStream.range(from, entries.size()).iterator();
    ReadAhead<Integer, ReadImage> results = new ReadAhead<>(places, this::load, threads, ahead);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return results.hasNext();
      }

      @Override
      public ReadImage next() {
        try {
          return results.next();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private ReadImage load(int place) {
    ImageEntry entry = entries.get(place);
    ReadImage.Digest digest = NOTHING;
    int orientation = 1;
    long start = System.nanoTime();
    long read = start;
    try {
      byte[] bytes = source.read(entry);
      digest = new ReadImage.Digest(Fingerprint.of(bytes));
      read = System.nanoTime();
      orientation = ImageHeader.read(bytes, entry.path(), options).orientation();
      RgbImage image = ImageDecoder.decode(bytes, entry.path(), options, crop);
      ReadImage.Times times = new ReadImage.Times(read - start, System.nanoTime() - read);
      return new ReadImage(
          place, entry, Optional.of(image), Optional.empty(), orientation, digest, times);
    } catch (IOException e) {
      ReadImage.Times times = new ReadImage.Times(read - start, System.nanoTime() - read);
      return new ReadImage(
          place, entry, Optional.empty(), Optional.of(e), orientation, digest, times);
    }
  }

  /** Looks one readable image ahead. */
  private final class Images implements Iterator<LoadedImage> {

    private final Iterator<ReadImage> results = results(0);
    private LoadedImage next;

    @Override
    public boolean hasNext() {
      while (next == null && results.hasNext()) {
        ReadImage result = results.next();
        if (result.image().isPresent()) {
          next = new LoadedImage(result.entry(), result.image().get());
          continue;
        }
        IOException failure = result.failure().orElseThrow();
        if (strict) {
          throw new UncheckedIOException(failure);
        }
        failures.add(failure);
        LOG.warn("Left out {}", failure.getMessage());
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
