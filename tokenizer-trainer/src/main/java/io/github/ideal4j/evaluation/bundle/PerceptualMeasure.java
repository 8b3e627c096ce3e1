package io.github.ideal4j.evaluation.bundle;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.loss.Lpips;
import java.util.ArrayList;
import java.util.List;

/** The mean LPIPS of images and their originals, and which pairs are furthest and nearest. */
public final class PerceptualMeasure implements Measure {

  private static final int SHOWN = 8;

  private final String name;
  private final Lpips lpips;
  private final NDManager manager;
  private final Extremes extremes = new Extremes(SHOWN);
  private final List<Double> all = new ArrayList<>();

  /**
   * Takes the mean.
   *
   * @param name of the number
   * @param lpips stays the caller's
   * @param manager on its device
   */
  public PerceptualMeasure(String name, Lpips lpips, NDManager manager) {
    this.name = name;
    this.lpips = lpips;
    this.manager = manager;
  }

  @Override
  public String part() {
    return "Networks";
  }

  @Override
  public void add(EvaluatedBatch batch) {
    List<RgbImage> originals = batch.pixels();
    float[] distances;
    try (NDManager own = manager.newSubManager()) {
      distances =
          lpips
              .distance(ImagePlanes.unit(batch.images(), own), ImagePlanes.unit(originals, own))
              .toFloatArray();
    }
    for (int i = 0; i < batch.size(); i++) {
      all.add((double) distances[i]);
      extremes.add(
          new Extremes.Pair(
              batch.entry(i).path(), originals.get(i), batch.images().get(i), distances[i]));
    }
  }

  /** The distance of each pair, in the order in which they came. */
  public List<Double> distances() {
    return List.copyOf(all);
  }

  /** The pairs that stand out. */
  public Extremes extremes() {
    return extremes;
  }

  @Override
  public void report(Measurements to) {
    to.put(name, all.stream().mapToDouble(distance -> distance).average().orElseThrow());
  }
}
