package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.image.RgbImage;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The pairs with the largest and with the smallest distance of all that passed by. */
public final class Extremes {

  private final int most;
  private final PriorityQueue<Pair> worst =
      new PriorityQueue<>(Comparator.comparingDouble(Pair::distance));
  private final PriorityQueue<Pair> best =
      new PriorityQueue<>(Comparator.comparingDouble(Pair::distance).reversed());

  /**
   * An original and what was made of it.
   *
   * @param path of the original
   * @param original its pixels
   * @param image what was made of it
   * @param distance between the two
   */
  public record Pair(String path, RgbImage original, RgbImage image, double distance) {}

  /**
   * Keeps this many of each.
   *
   * @param most at least 1
   */
  public Extremes(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("cannot keep %d pairs: at least 1".formatted(most));
    }
    this.most = most;
  }

  /** Looks at a pair. */
  public void add(Pair pair) {
    keep(worst, pair);
    keep(best, pair);
  }

  private void keep(PriorityQueue<Pair> pairs, Pair pair) {
    pairs.add(pair);
    if (pairs.size() > most) {
      pairs.remove();
    }
  }

  /** Largest distance first. */
  public List<Pair> worst() {
    return worst.stream().sorted(Comparator.comparingDouble(Pair::distance).reversed()).toList();
  }

  /** Smallest distance first. */
  public List<Pair> best() {
    return best.stream().sorted(Comparator.comparingDouble(Pair::distance)).toList();
  }
}
