package io.github.ideal4j.evaluation.bundle;

/**
 * How far the set of images is from the set of originals.
 *
 * @param reference the originals, which a {@link ReferenceMeasure} before this one has seen
 * @param images gets the images
 * @param distances which are measured
 */
public record DistributionMeasure(FeatureSet reference, FeatureSet images, SetDistances distances)
    implements Measure {

  @Override
  public String part() {
    return "Networks";
  }

  @Override
  public void add(EvaluatedBatch batch) {
    images.add(batch.images());
  }

  @Override
  public void report(Measurements to) {
    distances.report(reference, images, to);
  }
}
