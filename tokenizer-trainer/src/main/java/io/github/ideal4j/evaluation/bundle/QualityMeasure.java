package io.github.ideal4j.evaluation.bundle;

import io.github.ideal4j.image.RgbImage;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/** The mean over images of some measure of an image beside its original. */
public final class QualityMeasure implements Measure {

  private final String name;
  private final ToDoubleBiFunction<RgbImage, RgbImage> metric;
  private double sum;
  private long images;

  /**
   * Takes the mean.
   *
   * @param name of the number
   * @param metric of original and image
   */
  public QualityMeasure(String name, ToDoubleBiFunction<RgbImage, RgbImage> metric) {
    this.name = name;
    this.metric = metric;
  }

  @Override
  public void add(EvaluatedBatch batch) {
    List<RgbImage> originals = batch.pixels();
    for (int i = 0; i < batch.size(); i++) {
      sum += metric.applyAsDouble(originals.get(i), batch.images().get(i));
    }
    images += batch.size();
  }

  @Override
  public void report(Measurements to) {
    to.put(name, sum / images);
  }
}
