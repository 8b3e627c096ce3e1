package io.github.ideal4j.evaluation.bundle;

/** Shows the originals to Inception, once for all measures that compare with them. */
public record ReferenceMeasure(FeatureSet originals) implements Measure {

  @Override
  public String part() {
    return "Networks";
  }

  @Override
  public void add(EvaluatedBatch batch) {
    originals.add(batch.pixels());
  }

  @Override
  public void report(Measurements to) {}
}
