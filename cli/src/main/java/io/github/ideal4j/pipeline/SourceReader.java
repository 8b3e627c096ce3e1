package io.github.ideal4j.pipeline;

import io.github.ideal4j.image.CenterCrop;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.RandomCrop;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.training.PhotographReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** Photographs of an open source, decoded one by one for a training. */
final class SourceReader implements PhotographReader, AutoCloseable {

  private final Photographs chosen;
  private final ImageSource source;
  private final List<ImageEntry> entries;
  private final int size;
  private final double smallestCrop;
  private final Set<Integer> damaged = ConcurrentHashMap.newKeySet();

  private SourceReader(Photographs chosen, ImageSource source, int size, double smallestCrop) {
    this.chosen = chosen;
    this.source = source;
    this.size = size;
    this.smallestCrop = smallestCrop;
    entries = chosen.selection().of(source);
  }

  /**
   * Opens the source; the reader closes it.
   *
   * @param smallestCrop part of the shorter side that a crop shows at least; 1 takes the middle
   */
  static SourceReader open(Photographs chosen, int size, double smallestCrop) throws IOException {
    ImageSource source = ImageSource.open(chosen.source());
    try {
      return new SourceReader(chosen, source, size, smallestCrop);
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** Evenly chosen photographs, cut out of the middle, in memory; at most so many. */
  Photographs.Loaded sample(int most) {
    int count = Math.min(most, entries.size());
    List<ImageEntry> some = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      some.add(entries.get((int) ((long) i * entries.size() / count)));
    }
    ImageLoader loader =
        ImageLoader.of(source, some, image -> CenterCrop.adm(image, size))
            .withOptions(chosen.decoding());
    return new Photographs.Loaded(loader.loadAll(), loader.skipped());
  }

  @Override
  public int count() {
    return entries.size();
  }

  @Override
  public RgbImage read(int index, SplittableRandom random) throws IOException {
    ImageEntry entry = entries.get(index);
    try {
      return ImageDecoder.decode(
          source.read(entry), entry.path(), chosen.decoding(), image -> cut(image, random));
    } catch (IOException e) {
      damaged.add(index);
      if (chosen.strict()) {
        throw new IllegalStateException(e.getMessage(), e);
      }
      throw e;
    }
  }

  private RgbImage cut(RgbImage image, SplittableRandom random) {
    return smallestCrop < 1
        ? RandomCrop.adm(image, size, smallestCrop, random)
        : CenterCrop.adm(image, size);
  }

  /** How many different photographs could not be read so far. */
  int damaged() {
    return damaged.size();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
