package io.github.ideal4j.evaluation.bundle;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the mean decoded deep feature of each labelled original, and the teacher's own beside it,
 * for probes. Takes {@code 8 * width} bytes an image.
 */
public final class PooledFeatures implements Measure {

  private final Optional<Teacher> teacher;
  private final NDManager manager;
  private final List<float[]> decoded = new ArrayList<>();
  private final List<float[]> taught = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();

  /**
   * Keeps features.
   *
   * @param teacher the backbone's own; empty leaves them out
   * @param manager on its device
   */
  public PooledFeatures(Optional<Teacher> teacher, NDManager manager) {
    this.teacher = teacher;
    this.manager = manager;
  }

  @Override
  public String part() {
    return "Networks";
  }

  @Override
  public void add(EvaluatedBatch batch) {
    float[][] own = teacher.map(t -> pooledBy(t, batch)).orElse(new float[0][]);
    for (int i = 0; i < batch.size(); i++) {
      if (batch.entry(i).label() == null) {
        continue;
      }
      labels.add(batch.entry(i).label());
      decoded.add(mean(batch.deep().get(i), 0, batch.tokens().get(i).length, width(batch, i)));
      if (own.length > 0) {
        taught.add(own[i]);
      }
    }
  }

  private static int width(EvaluatedBatch batch, int i) {
    return batch.deep().get(i).length / batch.tokens().get(i).length;
  }

  private float[][] pooledBy(Teacher backbone, EvaluatedBatch batch) {
    try (NDManager own = manager.newSubManager()) {
      var deep = backbone.tokens(batch, own).deep(); // [batch, tokens, width]
      int tokens = (int) deep.getShape().get(1);
      int width = (int) deep.getShape().get(2);
      float[] all = deep.toFloatArray();
      float[][] means = new float[batch.size()][];
      for (int i = 0; i < means.length; i++) {
        means[i] = mean(all, i * tokens * width, tokens, width);
      }
      return means;
    }
  }

  /** The mean of {@code tokens} rows that begin at {@code from}. */
  private static float[] mean(float[] features, int from, int tokens, int width) {
    float[] mean = new float[width];
    for (int i = 0; i < tokens * width; i++) {
      mean[i % width] += features[from + i] / tokens;
    }
    return mean;
  }

  /** Mean decoded deep features, {@code [images][width]}. */
  public float[][] decoded() {
    return decoded.toArray(float[][]::new);
  }

  /** The teacher's, {@code [images][width]}, or none. */
  public float[][] taught() {
    return taught.toArray(float[][]::new);
  }

  /** The class of each. */
  public List<String> labels() {
    return List.copyOf(labels);
  }

  @Override
  public void report(Measurements to) {
    to.put("probeImages", labels.size());
  }
}
