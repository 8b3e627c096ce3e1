package io.github.ideal4j.tribuo.model;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.tribuo.TokenDataSource;
import io.github.ideal4j.tribuo.TokenOutputs;
import io.github.ideal4j.tribuo.TokenSourceProvenance;
import io.github.ideal4j.tribuo.features.FeatureTable;
import io.github.ideal4j.tribuo.features.TokenFeaturizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.Prediction;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.evaluation.Evaluation;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.DataProvenance;

/**
 * Any Tribuo model that was trained on tokens, together with the features it was trained on. The
 * saved file is an ordinary Tribuo model; its provenance tells the tokens, the tokenizer and the
 * features, and tokens of another tokenizer are refused. Safe for use by several threads if the
 * model is.
 *
 * <pre>{@code
 * TokenModel<Label> model = TokenModel.train(new LogisticRegressionTrainer(), source);
 * model.save(Path.of("model.tribuo"));
 * }</pre>
 */
public final class TokenModel<T extends Output<T>> {

  private final Model<T> model;
  private final OutputFactory<T> outputFactory;
  private final List<TokenFeaturizer> featurizers;
  private final FeatureTable features;

  private TokenModel(
      Model<T> model,
      OutputFactory<T> outputFactory,
      List<TokenFeaturizer> featurizers,
      FeatureTable features) {
    this.model = model;
    this.outputFactory = outputFactory;
    this.featurizers = List.copyOf(featurizers);
    this.features = features;
  }

  /** Trains on all examples of a source. */
  public static <T extends Output<T>> TokenModel<T> train(
      Trainer<T> trainer, TokenDataSource<T> source) {
    return of(trainer.train(new MutableDataset<>(source)), source);
  }

  /** A model that was trained on a source. */
  public static <T extends Output<T>> TokenModel<T> of(Model<T> model, TokenDataSource<T> source) {
    return new TokenModel<>(
        model, source.getOutputFactory(), source.featurizers(), source.features());
  }

  /** Reads a saved model whose bundle, if it has one, has not moved. */
  public static TokenModel<?> load(Path file) throws IOException {
    return load(file, Optional.empty());
  }

  /**
   * Reads a saved model.
   *
   * @param bundle where the bundle is now whose codebook, decoder or prior the features need;
   *     unless it has not moved
   * @throws IOException if the file is no model that was trained on tokens, or its features cannot
   *     be made again
   */
  public static TokenModel<?> load(Path file, Optional<Path> bundle) throws IOException {
    return withFeatures(read(file), file, bundle);
  }

  private static <T extends Output<T>> TokenModel<T> withFeatures(
      Model<T> model, Path file, Optional<Path> bundle) throws IOException {
    if (model.getProvenance().getDatasetProvenance().getSourceProvenance()
        instanceof TokenSourceProvenance source) {
      try {
        SavedSource saved = SavedSource.of(source, bundle);
        @SuppressWarnings("unchecked") // a model and the factory of its outputs have one type
        OutputFactory<T> factory = (OutputFactory<T>) saved.outputFactory();
        FeatureTable table = new FeatureTable(saved.featurizers(), source.tokenizer());
        return new TokenModel<>(model, factory, saved.featurizers(), table);
      } catch (IOException | IllegalArgumentException e) {
        throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
      }
    }
    throw new IOException(
        "%s holds a %s that was not trained on a TokenDataSource or an ImageDataSource"
            .formatted(file, model.getClass().getSimpleName()));
  }

  private static Model<?> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    try {
      return Model.deserializeFromFile(file);
    } catch (IOException | RuntimeException e) { // Tribuo throws all kinds at damaged files
      throw new IOException("%s is no Tribuo model: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * The same model for one kind of output.
   *
   * @throws IllegalArgumentException if its outputs are of another kind
   */
  public <U extends Output<U>> TokenModel<U> castTo(Class<U> kind) {
    if (!model.validate(kind)) {
      throw new IllegalArgumentException(
          "the outputs of the model '%s' are not of kind %s"
              .formatted(model.getName(), kind.getSimpleName()));
    }
    @SuppressWarnings("unchecked") // it made the outputs that have just been looked at
    OutputFactory<U> factory = (OutputFactory<U>) outputFactory;
    return new TokenModel<>(model.castModel(kind), factory, featurizers, features);
  }

  /** Writes Tribuo's protobuf form of the model, whole or not at all. */
  public void save(Path file) throws IOException {
    AtomicFile.write(file, model::serializeToFile);
  }

  /** The model itself, for all that Tribuo can do with it. */
  public Model<T> tribuo() {
    return model;
  }

  /** The tokenizer whose tokens are understood. */
  public TokenizerInfo tokenizer() {
    return features.tokenizer();
  }

  /** What makes the features. */
  public List<TokenFeaturizer> featurizers() {
    return featurizers;
  }

  /** The featurizers, prepared for the tokenizer. */
  public FeatureTable features() {
    return features;
  }

  /** What the model says about the tokens of one image. */
  public Prediction<T> predict(TokenGrid grid) {
    return predict(features.example(outputFactory.getUnknownOutput(), grid));
  }

  /** What the model says about an example, even if it knows none of its features. */
  public Prediction<T> predict(Example<T> example) {
    return model.predict(known(model, example));
  }

  /**
   * What the model says about all rows. The examples of the predictions have the rows' ids and
   * paths in their metadata.
   *
   * @throws IllegalArgumentException if another tokenizer made the tokens
   */
  public List<Prediction<T>> predict(TokenDataset tokens) {
    return predict(tokens, TokenOutputs.none());
  }

  /**
   * The same; the outputs of the predictions' examples are the truth.
   *
   * @param outputs what the truth is made of
   */
  public List<Prediction<T>> predict(TokenDataset tokens, TokenOutputs outputs) {
    requireOwnTokens(tokens.info().tokenizer(), tokens.path().toString());
    return predict(source(tokens.path(), outputs));
  }

  private List<Prediction<T>> predict(TokenDataSource<T> source) {
    List<Prediction<T>> predictions = new ArrayList<>();
    source.forEach(example -> predictions.add(predict(example)));
    return predictions;
  }

  /**
   * Compares what the model says about the labeled rows with their labels, by Tribuo's evaluator.
   *
   * @param outputs what the truth is made of
   * @throws IllegalArgumentException if another tokenizer made the tokens, no row has a label, or
   *     one has a class that the model was not trained on, which Tribuo's evaluators do not take
   */
  public Evaluation<T> evaluate(TokenDataset tokens, TokenOutputs outputs) {
    requireOwnTokens(tokens.info().tokenizer(), tokens.path().toString());
    TokenDataSource<T> source = source(tokens.path(), outputs.onlyLabeled());
    List<Prediction<T>> predictions = predict(source);
    if (predictions.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no labeled rows to evaluate on".formatted(tokens.path()));
    }
    for (Prediction<T> row : predictions) {
      T truth = row.getExample().getOutput();
      if (truth instanceof Label label && model.getOutputIDInfo().getID(truth) < 0) {
        throw new IllegalArgumentException(
            "%s has images of the class '%s', which the model was not trained on"
                .formatted(tokens.path(), label.getLabel()));
      }
    }
    return outputFactory
        .getEvaluator()
        .evaluate(model, predictions, (DataProvenance) source.getProvenance());
  }

  private TokenDataSource<T> source(Path tokens, TokenOutputs outputs) {
    return new TokenDataSource<>(tokens, outputFactory, featurizers, outputs);
  }

  /**
   * The example, or if the model knows none of its features, the same image with one known feature
   * that is 0: Tribuo refuses examples without any.
   */
  public static <T extends Output<T>> Example<T> known(Model<T> model, Example<T> example) {
    for (Feature feature : example) {
      if (model.getFeatureIDMap().get(feature.getName()) != null) {
        return example;
      }
    }
    ArrayExample<T> copy = new ArrayExample<>(example);
    copy.add(model.getFeatureIDMap().get(0).getName(), 0);
    return copy;
  }

  /**
   * Refuses tokens that another tokenizer made.
   *
   * @param other the tokenizer
   * @param source what holds its tokens, for the message
   */
  public void requireOwnTokens(TokenizerInfo other, String source) {
    TokenizerInfo own = tokenizer();
    boolean fits =
        own.rows() == other.rows()
            && own.columns() == other.columns()
            && own.codebookSize() == other.codebookSize();
    // Files that do not name their tokenizer are taken if the grid fits.
    boolean same = !own.isKnown() || !other.isKnown() || own.sha256().equals(other.sha256());
    if (!fits || !same) {
      throw new IllegalArgumentException(
          "%s has tokens of %s, but the model was trained on tokens of %s"
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
