package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

/** Keeps some images as they are, evenly chosen, to show them. */
public final class KeptImages implements Measure {

  private final long every;
  private final List<LoadedImage> originals = new ArrayList<>();
  private final List<RgbImage> images = new ArrayList<>();
  private final List<int[]> tokens = new ArrayList<>();

  /**
   * Keeps images.
   *
   * @param most how many at most; a 64 x 64 image takes 12 kB, twice
   * @param count how many will pass by
   */
  public KeptImages(long most, long count) {
    every = most == 0 ? Long.MAX_VALUE : Math.max(1, (count + most - 1) / most);
  }

  @Override
  public void add(EvaluatedBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      if (every < Long.MAX_VALUE && (batch.first() + i) % every == 0) {
        originals.add(batch.originals().get(i));
        images.add(batch.images().get(i));
        tokens.add(batch.tokens().get(i));
      }
    }
  }

  /** The originals. */
  public List<LoadedImage> originals() {
    return List.copyOf(originals);
  }

  /** What was made of them. */
  public List<RgbImage> images() {
    return List.copyOf(images);
  }

  /** Their tokens. */
  public List<int[]> tokens() {
    return List.copyOf(tokens);
  }

  @Override
  public void report(Measurements to) {}
}
