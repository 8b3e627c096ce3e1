package io.github.ideal4j.training;

import io.github.ideal4j.image.RgbImage;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/** Photographs that are read while a training goes on. Safe for use by several threads. */
public interface PhotographReader {

  /** How many there are. */
  int count();

  /**
   * Reads one.
   *
   * @param index 0 to {@code count() - 1}
   * @param random decides what is cut out, and nothing else does
   * @return of the model's size
   * @throws IOException if it cannot be read
   */
  RgbImage read(int index, SplittableRandom random) throws IOException;

  /** Photographs in memory, as they are. */
  static PhotographReader of(List<RgbImage> photographs) {
    List<RgbImage> all = List.copyOf(photographs);
    return new PhotographReader() {
      @Override
      public int count() {
        return all.size();
      }

      @Override
      public RgbImage read(int index, SplittableRandom random) {
        return all.get(index);
      }
    };
  }
}
