package io.github.ideal4j.examples;

import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.tribuo.TokenDataSource;
import io.github.ideal4j.tribuo.features.SpatialPyramid;
import io.github.ideal4j.tribuo.fused.ClassifiedImages;
import io.github.ideal4j.tribuo.fused.ClassifierSession;
import io.github.ideal4j.tribuo.fused.FusedClassifier;
import io.github.ideal4j.tribuo.model.TokenModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;

/**
 * One file for deployment: tokenizer, features and a Tribuo model, from photograph to label. {@code
 * python/classify.py} runs the same file.
 */
public final class FuseClassifier {

  private FuseClassifier() {}

  /** Trains on tokens, fuses, and says the classes of photographs of the bundle's size. */
  static List<String> run(Path tokens, Path bundleFolder, List<RgbImage> photographs, Path file)
      throws IOException {
    var source = new TokenDataSource<>(tokens, new LabelFactory(), List.of(new SpatialPyramid()));
    var model = TokenModel.train(new LogisticRegressionTrainer(), source);
    FusedClassifier.write(
        Bundle.open(bundleFolder), model, photographs, SessionSettings.cpu(), file);
    try (ClassifierSession session = ClassifierSession.open(file, SessionSettings.cpu())) {
      ClassifiedImages found = session.classify(photographs);
      return Arrays.stream(found.labels()).mapToObj(session.outputs()::get).toList();
    }
  }
}
