package io.github.ideal4j.tribuo;

import java.util.List;
import java.util.stream.IntStream;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.VariableIDInfo;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.math.la.DenseMatrix;

/** The numbers of a linear model, in the order of its own classes. */
final class LinearWeights {

  private final ImmutableFeatureMap features;
  private final DenseMatrix weights; // [classes, features + 1], the last column is the bias
  private final List<String> classes;

  LinearWeights(LinearSGDModel model) {
    features = model.getFeatureIDMap();
    weights = model.getWeightsCopy();
    classes =
        IntStream.range(0, model.getOutputIDInfo().size())
            .mapToObj(id -> model.getOutputIDInfo().getOutput(id))
            .map(Label::getLabel)
            .toList();
  }

  List<String> classes() {
    return classes;
  }

  /** The bias of each class, {@code [classes]}. */
  float[] bias() {
    float[] bias = new float[classes.size()];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = (float) weights.get(i, features.size());
    }
    return bias;
  }

  /** Weights {@code [names, classes]}; a feature that training has never seen weighs nothing. */
  float[] of(List<String> names) {
    int width = classes.size();
    float[] table = new float[names.size() * width];
    for (int row = 0; row < names.size(); row++) {
      VariableIDInfo feature = features.get(names.get(row));
      for (int i = 0; feature != null && i < width; i++) {
        table[row * width + i] = (float) weights.get(i, feature.getID());
      }
    }
    return table;
  }

  /** Probabilities of an image none of whose features were seen in training, {@code [classes]}. */
  double[] biasProbabilities() {
    double[] scores = new double[classes.size()];
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = weights.get(i, features.size());
      largest = Math.max(largest, scores[i]);
    }
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.exp(scores[i] - largest);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= sum;
    }
    return scores;
  }
}
