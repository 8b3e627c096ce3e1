package io.github.ideal4j.tribuo;

import io.github.ideal4j.arrow.TokenBatch;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.linear.LinearSGDModel;

/**
 * Says the class of an image from its tokens: logistic regression on {@link TokenFeaturizer}
 * features. The saved model is an ordinary Tribuo model; its provenance tells the tokens, the
 * tokenizer and the features, and tokens of another tokenizer are refused. Safe for use by several
 * threads.
 *
 * <pre>{@code
 * TokenClassifier classifier =
 *     TokenClassifier.train(tokens, FeatureSpec.parse("boc"), Optional.empty(), 0, progress);
 * classifier.save(Path.of("model.tribuo"));
 * }</pre>
 */
public final class TokenClassifier {

  private final LinearModel model;
  private final List<TokenFeaturizer> featurizers;
  private final TokenFeatureTable features;

  TokenClassifier(
      LinearSGDModel model, List<TokenFeaturizer> featurizers, TokenizerInfo tokenizer) {
    this.model = new LinearModel(model);
    this.featurizers = List.copyOf(featurizers);
    features = new TokenFeatureTable(featurizers, tokenizer);
  }

  /**
   * Trains on the labeled rows of a token file or folder.
   *
   * @param codebook of the bundle, which {@code pooled} features need
   * @param seed of the order of the examples; equal seeds give equal models
   * @throws IllegalArgumentException if there are not at least two classes
   */
  public static TokenClassifier train(
      Path tokens, FeatureSpec spec, Optional<Path> codebook, long seed, Progress progress)
      throws IOException {
    TokenDataSource source = new TokenDataSource(tokens, spec.featurizers(codebook), true);
    LinearSGDModel model =
        LinearTraining.standard(seed).train(new MutableDataset<>(source), progress);
    return new TokenClassifier(model, source.featurizers(), source.tokenizer());
  }

  /** Reads a saved model. See {@link #load(Path, Optional)}. */
  public static TokenClassifier load(Path file) throws IOException {
    return load(file, Optional.empty());
  }

  /**
   * Reads a saved model.
   *
   * @param codebook where the codebook of {@code pooled} features is now, unless it has not moved
   * @throws IOException if the file is no model that was trained on tokens
   */
  public static TokenClassifier load(Path file, Optional<Path> codebook) throws IOException {
    return ModelFile.read(file, codebook);
  }

  /** Writes Tribuo's protobuf form of the model, whole or not at all. */
  public void save(Path file) throws IOException {
    AtomicFile.write(file, model.tribuo()::serializeToFile);
  }

  /** The model itself, for all that Tribuo can do with it. */
  public LinearSGDModel tribuo() {
    return model.tribuo();
  }

  /** Names of the classes, in the order of the probabilities. */
  public List<String> classes() {
    return model.weights().classes();
  }

  /** The tokenizer whose tokens are understood. */
  public TokenizerInfo tokenizer() {
    return features.tokenizer();
  }

  /** The features, as {@link FeatureSpec} writes them. */
  public String spec() {
    return features.toString();
  }

  /** What makes the features. */
  public List<TokenFeaturizer> featurizers() {
    return featurizers;
  }

  LinearModel model() {
    return model;
  }

  TokenFeatureTable features() {
    return features;
  }

  /** Probabilities of {@link #classes} for the tokens of one image. */
  public double[] probabilities(TokenGrid grid) {
    return model.probabilities(features.example(grid));
  }

  /**
   * Says the classes of all rows.
   *
   * @throws IllegalArgumentException if another tokenizer made the tokens
   */
  public List<LabelPrediction> predict(TokenDataset tokens) {
    requireOwnTokens(tokens.info().tokenizer(), tokens.path().toString());
    List<LabelPrediction> predictions = new ArrayList<>();
    for (TokenBatch batch : tokens.batches()) {
      for (int row = 0; row < batch.size(); row++) {
        predictions.add(predict(batch, row));
      }
    }
    return predictions;
  }

  private LabelPrediction predict(TokenBatch batch, int row) {
    double[] probabilities = model.probabilities(features.example(batch, row));
    int best = LinearModel.argMax(probabilities);
    return new LabelPrediction(
        batch.id(row),
        Optional.ofNullable(batch.path(row)),
        classes().get(best),
        probabilities[best]);
  }

  /**
   * Compares the classes of the labeled rows with what this says.
   *
   * @throws IllegalArgumentException if another tokenizer made the tokens, or no row has a label
   */
  public ClassifierEvaluation evaluate(TokenDataset tokens) {
    requireOwnTokens(tokens.info().tokenizer(), tokens.path().toString());
    List<String> truth = new ArrayList<>();
    List<String> predicted = new ArrayList<>();
    for (TokenBatch batch : tokens.batches()) {
      for (int row = 0; row < batch.size(); row++) {
        String label = batch.label(row);
        if (label != null && !label.equals(Label.UNKNOWN)) {
          truth.add(label);
          predicted.add(predict(batch, row).label());
        }
      }
    }
    if (truth.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no labeled rows to evaluate on".formatted(tokens.path()));
    }
    return ClassifierEvaluation.of(truth, predicted, model.majority());
  }

  /**
   * Refuses tokens that another tokenizer made.
   *
   * @param other the tokenizer
   * @param source what holds its tokens, for the message
   */
  void requireOwnTokens(TokenizerInfo other, String source) {
    TokenizerInfo own = tokenizer();
    boolean fits =
        own.rows() == other.rows()
            && own.columns() == other.columns()
            && own.codebookSize() == other.codebookSize();
    // Files that do not name their tokenizer are taken if the grid fits.
    boolean same = !own.isKnown() || !other.isKnown() || own.sha256().equals(other.sha256());
    if (!fits || !same) {
      throw new IllegalArgumentException(
          "%s has tokens of %s, but the classifier was trained on tokens of %s"
              .formatted(source, describe(other), describe(own)));
    }
  }

  private static String describe(TokenizerInfo tokenizer) {
    String name =
        tokenizer.isKnown()
            ? "'%s' (%s)".formatted(tokenizer.name(), tokenizer.sha256().substring(0, 12))
            : "an unknown tokenizer";
    return "%s, %d x %d of %d"
        .formatted(name, tokenizer.rows(), tokenizer.columns(), tokenizer.codebookSize());
  }
}
