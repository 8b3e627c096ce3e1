package io.github.ideal4j.onnx.serving;

import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/**
 * Photographs of a source to rows of tokens: they are decoded ahead by threads of their own and
 * encoded in batches. Not thread-safe.
 */
public final class PhotographTokenizer {

  /** Threads that decode ahead: the encoder's own threads keep the cores. */
  public static final int DECODERS = 2;

  private final ImageTokenizer tokenizer;
  private final UnaryOperator<RgbImage> view;
  private final LongConsumer progress;
  private long encoderNanos;

  /** Takes a row. */
  @FunctionalInterface
  public interface Rows {
    /** Takes the next row. */
    void append(TokenRow row) throws IOException;
  }

  /**
   * A tokenizer of photographs.
   *
   * @param view what becomes of each photograph before it is encoded
   * @param progress gets the number of photographs after each batch
   */
  public PhotographTokenizer(
      ImageTokenizer tokenizer, UnaryOperator<RgbImage> view, LongConsumer progress) {
    this.tokenizer = tokenizer;
    this.view = view;
    this.progress = progress;
  }

  /**
   * Tokenizes all photographs that a loader reads, which must have the size of the tokenizer.
   *
   * @param first number of the first photograph; those that cannot be read keep their number
   * @return how many there were
   */
  public long run(ImageLoader loader, long first, Rows rows) throws IOException {
    List<ImageEntry> entries = loader.entries();
    List<LoadedImage> batch = new ArrayList<>();
    int place = 0;
    long count = 0;
    for (LoadedImage image : loader) {
      batch.add(image);
      if (batch.size() == tokenizer.batch()) {
        place = append(batch, entries, place, first, rows);
        count += batch.size();
        batch.clear();
      }
    }
    append(batch, entries, place, first, rows);
    return count + batch.size();
  }

  /** Time in which ONNX Runtime computed. */
  public double encoderSeconds() {
    return encoderNanos / 1e9;
  }

  private int append(
      List<LoadedImage> batch, List<ImageEntry> entries, int from, long first, Rows rows)
      throws IOException {
    if (batch.isEmpty()) {
      return from;
    }
    List<RgbImage> images = batch.stream().map(LoadedImage::image).map(view).toList();
    long before = System.nanoTime();
    int[][] tokens = tokenizer.encode(images);
    encoderNanos += System.nanoTime() - before;
    BundleDescription.Grid grid = tokenizer.description().grid();
    int place = from;
    for (int i = 0; i < tokens.length; i++) {
      ImageEntry entry = batch.get(i).entry();
      while (!entries.get(place).path().equals(entry.path())) {
        place++; // could not be read
      }
      rows.append(
          TokenRow.of(first + place++, new TokenGrid(grid.rows(), grid.columns(), tokens[i]))
              .withLabel(entry.label())
              .withPath(entry.path()));
    }
    progress.accept(batch.size());
    return place;
  }
}
