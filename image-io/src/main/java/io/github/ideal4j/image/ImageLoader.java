package io.github.ideal4j.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
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
  private static final long BYTES_AHEAD = 64L << 20;
  private static final ReadImage.Digest NOTHING = new ReadImage.Digest("0".repeat(64));

  private final ImageSource source;
  private final List<ImageEntry> entries;
  private final UnaryOperator<RgbImage> crop;
  private final boolean strict;
  private final int threads;
  private final int ahead;
  private final boolean inRounds;
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
        false,
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
        source, entries, crop, false, 1, ITEMS_PER_THREAD, false, DecodingOptions.standard());
  }

  private ImageLoader(
      ImageSource source,
      List<ImageEntry> entries,
      UnaryOperator<RgbImage> crop,
      boolean strict,
      int threads,
      int ahead,
      boolean inRounds,
      DecodingOptions options) {
    this.source = source;
    this.entries = entries;
    this.crop = crop;
    this.strict = strict;
    this.threads = threads;
    this.ahead = ahead;
    this.inRounds = inRounds;
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
    return new ImageLoader(source, entries, crop, strict, count, images, inRounds, options);
  }

  /**
   * A loader of the same images, in the same order, that decodes only while somebody waits for the
   * next one: then as many as it may hold, by all of its threads. For who keeps all cores busy
   * between two images, as a network in batches does: its threads wait for the slowest of them, and
   * decoding beside them costs more than its own time. Files are read in the meantime.
   */
  public ImageLoader withRounds() {
    return new ImageLoader(source, entries, crop, strict, threads, ahead, true, options);
  }

  /** A loader of the same images that decodes with other options. */
  public ImageLoader withOptions(DecodingOptions newOptions) {
    return new ImageLoader(source, entries, crop, strict, threads, ahead, inRounds, newOptions);
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
    ReadAhead<?, ReadImage> results =
        inRounds
            ? rounds(places)
            : new ReadAhead<>(
                places, place -> decode(read(place)), threads, ahead, ReadAhead.Pace.STEADY);
    return iterator(results);
  }

  private ReadAhead<?, ReadImage> rounds(Iterator<Integer> places) {
    AtomicLong held = new AtomicLong();
    BooleanSupplier room = () -> held.get() < BYTES_AHEAD;
    ReadAhead<Integer, ReadFile> files =
        new ReadAhead<>(
            places,
            place -> {
              ReadFile file = read(place);
              held.addAndGet(file.bytes().length);
              return file;
            },
            threads,
            ahead,
            new ReadAhead.Pace(false, room));
    return new ReadAhead<>(
        iterator(files),
        file -> {
          try {
            return decode(file);
          } finally {
            held.addAndGet(-file.bytes().length);
          }
        },
        threads,
        ahead,
        new ReadAhead.Pace(true, room));
  }

  private static <R> Iterator<R> iterator(ReadAhead<?, R> results) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return results.hasNext();
      }

      @Override
      public R next() {
        try {
          return results.next();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /** A file that is to be decoded, or why it could not be read. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record ReadFile(int place, byte[] bytes, Optional<IOException> failure, long nanos) {}

  private ReadFile read(int place) {
    long start = System.nanoTime();
    try {
      byte[] bytes = source.read(entries.get(place));
      return new ReadFile(place, bytes, Optional.empty(), System.nanoTime() - start);
    } catch (IOException e) {
      return new ReadFile(place, new byte[0], Optional.of(e), System.nanoTime() - start);
    }
  }

  private ReadImage decode(ReadFile file) {
    ImageEntry entry = entries.get(file.place());
    ReadImage.Digest digest = NOTHING;
    int orientation = 1;
    long start = System.nanoTime();
    Optional<RgbImage> image = Optional.empty();
    Optional<IOException> failure = file.failure();
    if (failure.isEmpty()) {
      try {
        digest = new ReadImage.Digest(Fingerprint.of(file.bytes()));
        orientation = ImageHeader.read(file.bytes(), entry.path(), options).orientation();
        image = Optional.of(ImageDecoder.decode(file.bytes(), entry.path(), options, crop));
      } catch (IOException e) {
        failure = Optional.of(e);
      }
    }
    ReadImage.Times times = new ReadImage.Times(file.nanos(), System.nanoTime() - start);
    return new ReadImage(file.place(), entry, image, failure, orientation, digest, times);
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
