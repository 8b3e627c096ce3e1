package io.github.ideal4j.pipeline.evaluation;

import io.github.ideal4j.evaluation.EvaluationProtocol;
import io.github.ideal4j.image.CenterCrop;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.pipeline.Photographs;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Photographs that are read as they are needed, cropped as a protocol says. A set of few is kept
 * after the first reading.
 */
final class OpenPhotographs implements AutoCloseable, Iterable<LoadedImage> {

  /** So many are kept: 50 MB of 64 x 64 images. */
  static final int FEW = 4_096;

  private final ImageSource source;
  private final ImageLoader loader;
  private List<LoadedImage> kept;

  private OpenPhotographs(ImageSource source, ImageLoader loader) {
    this.source = source;
    this.loader = loader;
  }

  /**
   * Opens photographs.
   *
   * @param side of the model's images, for the protocol that is named after it
   * @param threads that decode ahead
   */
  static OpenPhotographs open(
      Photographs photographs, EvaluationProtocol protocol, int side, int threads)
      throws IOException {
    ImageSource source = ImageSource.open(photographs.source());
    try {
      ImageLoader loader =
          new ImageLoader(
              source, photographs.selection(), crop(protocol, side), photographs.strict());
      return new OpenPhotographs(
          source, loader.withOptions(photographs.decoding()).withThreads(threads));
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private static UnaryOperator<RgbImage> crop(EvaluationProtocol protocol, int side) {
    return switch (protocol) {
      case ADM256 -> image -> CenterCrop.adm(image, 256);
      case NATIVE -> image -> CenterCrop.adm(image, side);
      case TORCH_FIDELITY -> UnaryOperator.identity();
    };
  }

  /** How many there are, readable or not. */
  int count() {
    return loader.entries().size();
  }

  /** Whether there are few enough to keep. */
  boolean areFew() {
    return count() <= FEW;
  }

  /** All of them in memory; ask {@link #areFew} first. */
  List<LoadedImage> all() {
    if (kept == null) {
      kept = loader.loadAll();
    }
    return kept;
  }

  @Override
  public Iterator<LoadedImage> iterator() {
    return kept == null ? loader.iterator() : kept.iterator();
  }

  /** How many could not be read. */
  int skipped() {
    return loader.skipped();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
