package io.github.ideal4j.tribuo.model;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tribuo.TokenDataSource;
import io.github.ideal4j.tribuo.TokenOutputs;
import io.github.ideal4j.tribuo.features.FeatureFiles;
import io.github.ideal4j.tribuo.features.FeatureSpec;
import java.nio.file.Path;
import java.util.List;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;

/** Classes of images from their tokens by the logistic regression that suits tokens. */
public final class TokenClassifier {

  private TokenClassifier() {}

  /**
   * Trains on the labeled rows of a token file or folder.
   *
   * @param files what the features are made with
   * @param seed of the order of the examples; equal seeds give equal models
   * @throws IllegalArgumentException if there are not at least two classes
   */
  public static TokenModel<Label> train(
      Path tokens, FeatureSpec spec, FeatureFiles files, long seed, Progress progress) {
    TokenDataSource<Label> source =
        new TokenDataSource<>(
            tokens,
            new LabelFactory(),
            spec.featurizers(files),
            TokenOutputs.labels().onlyLabeled());
    return TokenModel.train(new LogisticTrainer(seed).withProgress(progress), source);
  }

  /**
   * Compares what a model says about labeled rows with their labels; a class that it does not know
   * counts as missed.
   *
   * @throws IllegalArgumentException if another tokenizer made the tokens, or no row has a label
   */
  public static ClassifierEvaluation evaluate(TokenModel<Label> model, TokenDataset tokens) {
    List<Prediction<Label>> predictions =
        model.predict(tokens, TokenOutputs.labels().onlyLabeled());
    if (predictions.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no labeled rows to evaluate on".formatted(tokens.path()));
    }
    return ClassifierEvaluation.of(
        predictions.stream().map(row -> row.getExample().getOutput().getLabel()).toList(),
        predictions.stream().map(row -> row.getOutput().getLabel()).toList(),
        Majority.of(model.tribuo()));
  }
}
