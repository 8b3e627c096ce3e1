package io.github.ideal4j.tribuo.fused;

import java.util.List;
import java.util.stream.IntStream;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.regression.Regressor;

/** The numbers that a model says, in the order in which Tribuo's exports have them. */
final class ModelOutputs {

  private ModelOutputs() {}

  static boolean isClassification(Model<?> model) {
    return any(model) instanceof Label;
  }

  /** {@code classification}, {@code regression} or {@code multi-label}. */
  static String kind(Model<?> model) {
    Output<?> any = any(model);
    if (any instanceof Label) {
      return "classification";
    } else if (any instanceof Regressor) {
      return "regression";
    } else if (any instanceof MultiLabel) {
      return "multi-label";
    }
    throw new IllegalArgumentException(
        "a model with outputs of kind %s cannot be fused; classification, regression and"
                .formatted(any.getClass().getSimpleName())
            + " multi-label can");
  }

  private static Output<?> any(Model<?> model) {
    return model.getOutputIDInfo().getDomain().iterator().next();
  }

  /** Names of classes, of dimensions or of labels. */
  static List<String> names(Model<?> model) {
    ImmutableOutputInfo<?> info = model.getOutputIDInfo();
    return IntStream.range(0, info.size()).mapToObj(id -> name(info.getOutput(id))).toList();
  }

  private static String name(Output<?> output) {
    if (output instanceof Label label) {
      return label.getLabel();
    } else if (output instanceof Regressor regressor) {
      return regressor.getNames()[0];
    }
    return ((MultiLabel) output).getLabelString();
  }

  /** What Tribuo says, {@code [names]}. */
  static double[] scores(Prediction<?> prediction, List<String> names) {
    return names.stream().mapToDouble(name -> score(prediction, name)).toArray();
  }

  private static double score(Prediction<?> prediction, String name) {
    Output<?> output = prediction.getOutput();
    if (output instanceof Regressor regressor) {
      return regressor.getDimension(name).orElseThrow().getValue();
    }
    Output<?> own = prediction.getOutputScores().get(name);
    return own instanceof Label label
        ? label.getScore()
        : ((MultiLabel) own).getLabelScore(new Label(name)).orElse(((MultiLabel) own).getScore());
  }
}
