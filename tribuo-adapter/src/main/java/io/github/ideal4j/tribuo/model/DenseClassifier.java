package io.github.ideal4j.tribuo.model;

import io.github.ideal4j.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * The same logistic regression as {@link TokenClassifier} on given vectors, for comparison: decoded
 * deep features, the frozen backbone's own, or raw pixels. Vectors are standardised by the mean and
 * deviation of the training data. Safe for use by several threads.
 */
public final class DenseClassifier {

  private final DenseFeatures features;
  private final Model<Label> model;

  private DenseClassifier(DenseFeatures features, Model<Label> model) {
    this.features = features;
    this.model = model;
  }

  /**
   * Trains on vectors.
   *
   * @param name what the vectors are, for the model's provenance
   * @param vectors {@code [images][width]}, finite
   * @param labels class of each image, at least two different ones
   * @param seed of the order of the examples
   */
  public static DenseClassifier train(
      String name, float[][] vectors, List<String> labels, long seed, Progress progress) {
    requirePairs(vectors, labels);
    DenseFeatures features = new DenseFeatures(vectors);
    LabelFactory factory = new LabelFactory();
    MutableDataset<Label> data =
        new MutableDataset<>(new SimpleDataSourceProvenance(name, factory), factory);
    for (int i = 0; i < vectors.length; i++) {
      data.add(features.example(vectors[i], labels.get(i)));
    }
    return new DenseClassifier(
        features, new LogisticTrainer(seed).withProgress(progress).train(data));
  }

  private static void requirePairs(float[][] vectors, List<String> labels) {
    if (vectors.length == 0 || vectors.length != labels.size()) {
      throw new IllegalArgumentException(
          "a label for each vector and at least one are needed, got %d vectors and %d labels"
              .formatted(vectors.length, labels.size()));
    }
  }

  /** The most probable class of each vector {@code [images][width]}. */
  public List<String> predict(float[][] vectors) {
    List<String> predicted = new ArrayList<>();
    for (float[] vector : vectors) {
      predicted.add(model.predict(features.example(vector, null)).getOutput().getLabel());
    }
    return predicted;
  }

  /** Compares the classes of vectors {@code [images][width]} with what this says. */
  public ClassifierEvaluation evaluate(float[][] vectors, List<String> labels) {
    requirePairs(vectors, labels);
    return ClassifierEvaluation.of(labels, predict(vectors), Majority.of(model));
  }
}
