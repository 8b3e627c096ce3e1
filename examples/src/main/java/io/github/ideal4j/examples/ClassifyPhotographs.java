package io.github.ideal4j.examples;

import io.github.ideal4j.tribuo.ImageDataSource;
import io.github.ideal4j.tribuo.features.SpatialPyramid;
import io.github.ideal4j.tribuo.model.LogisticTrainer;
import java.nio.file.Path;
import java.util.List;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluation;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.evaluation.TrainTestSplitter;

/** Classification in ten lines: a zip of photographs to an evaluated Tribuo model. */
public final class ClassifyPhotographs {

  private ClassifyPhotographs() {}

  /** Arguments: photographs, bundle, folder for their tokens. */
  public static void main(String[] arguments) {
    System.out.println(run(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2])));
  }

  static LabelEvaluation run(Path images, Path bundle, Path cache) {
    // tag::classify
    var photographs =
        new ImageDataSource<>(
            images, bundle, new LabelFactory(), List.of(new SpatialPyramid()), "test", cache);
    var parts = new TrainTestSplitter<>(photographs, 0.7, 1);
    Model<Label> model = new LogisticTrainer(1).train(new MutableDataset<>(parts.getTrain()));
    var evaluation = new LabelEvaluator().evaluate(model, new MutableDataset<>(parts.getTest()));
    // end::classify
    return evaluation;
  }
}
