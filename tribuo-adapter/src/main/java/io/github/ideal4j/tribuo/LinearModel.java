package io.github.ideal4j.tribuo;

import java.util.Comparator;
import java.util.Map;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelInfo;
import org.tribuo.classification.sgd.linear.LinearSGDModel;

/** A trained linear model that also answers for an image of which it knows no feature. */
final class LinearModel {

  private final LinearSGDModel model;
  private final LinearWeights weights;

  LinearModel(LinearSGDModel model) {
    this.model = model;
    weights = new LinearWeights(model);
  }

  LinearSGDModel tribuo() {
    return model;
  }

  LinearWeights weights() {
    return weights;
  }

  /** Probabilities of the classes, in their order. */
  double[] probabilities(Example<Label> example) {
    if (!knowsAny(example)) {
      return weights.biasProbabilities();
    }
    Prediction<Label> prediction = model.predict(example);
    Map<String, Label> scores = prediction.getOutputScores();
    return weights.classes().stream().mapToDouble(name -> scores.get(name).getScore()).toArray();
  }

  private boolean knowsAny(Example<Label> example) {
    for (Feature feature : example) {
      if (model.getFeatureIDMap().get(feature.getName()) != null) {
        return true;
      }
    }
    return false;
  }

  /** Number of the largest value, the first of several. */
  static int argMax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** The class with the most training examples. */
  String majority() {
    LabelInfo counts = (LabelInfo) model.getOutputIDInfo();
    return weights.classes().stream()
        .max(Comparator.comparingLong(name -> counts.getLabelCount(name)))
        .orElseThrow();
  }
}
