package io.github.ideal4j.pipeline;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tribuo.TokenDataSource;
import io.github.ideal4j.tribuo.TokenOutputs;
import io.github.ideal4j.tribuo.features.FeatureFiles;
import io.github.ideal4j.tribuo.features.FeatureSpec;
import io.github.ideal4j.tribuo.model.TokenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tribuo.DataSource;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluation;
import org.tribuo.evaluation.Evaluation;

/** Tokens to a classifier, with what Tribuo's evaluators say about it. */
public final class Classifying {

  private Classifying() {}

  /**
   * What to train.
   *
   * @param tokens with labels
   * @param test other tokens with labels to measure on
   * @param features what is made of the tokens
   * @param bundle of the tokenizer, for features that need it
   * @param trainer one of {@link Trainers#NAMES}
   * @param seed of all chance
   * @param threads of trainers that have some
   * @param out the model to write
   * @param report folder for what the evaluator says, a picture and a card
   */
  public record Request(
      Path tokens,
      Optional<Path> test,
      FeatureSpec features,
      Optional<Path> bundle,
      String trainer,
      long seed,
      int threads,
      Path out,
      Optional<Path> report) {}

  /**
   * What came out.
   *
   * @param model the file
   * @param trainer that made it
   * @param features that it knows
   * @param featureCount how many it has met
   * @param outputs classes, or dimensions
   * @param evaluation what Tribuo's evaluator says, in one line; empty without tests
   * @param accuracy on the test tokens, for classifiers
   * @param classMeanAccuracy mean of the classes' recalls, for classifiers
   */
  public record Result(
      Path model,
      String trainer,
      String features,
      int featureCount,
      int outputs,
      Optional<String> evaluation,
      Optional<Double> accuracy,
      Optional<Double> classMeanAccuracy) {

    /** The result in words. */
    public String text() {
      String first =
          "%s, %s: %,d features, %d outputs: %s"
              .formatted(trainer, features, featureCount, outputs, model);
      return evaluation.map(line -> first + System.lineSeparator() + line).orElse(first);
    }
  }

  /** Trains, measures and writes. */
  public static Result run(Request request, Progress progress) throws IOException {
    TokenDataSource<Label> source =
        new TokenDataSource<>(
            request.tokens(),
            new LabelFactory(),
            request
                .features()
                .featurizers(new FeatureFiles(request.bundle(), Optional.of(request.tokens()))),
            TokenOutputs.labels().onlyLabeled());
    TokenModel<Label> model =
        TokenModel.train(
            Trainers.of(request.trainer(), request.seed(), request.threads(), progress), source);
    Optional<Evaluation<Label>> evaluation = Optional.empty();
    int images = 0;
    if (request.test().isPresent()) {
      try (TokenDataset test = TokenDataset.open(request.test().get())) {
        images = (int) test.size();
        evaluation = Optional.of(model.evaluate(test, TokenOutputs.labels()));
      }
    }
    model.save(request.out());
    if (evaluation.isPresent() && request.report().isPresent()) {
      report(
          model.tribuo(),
          evaluation.get(),
          images,
          model.features().toString(),
          request.report().get());
    }
    return result(
        request.out(),
        request.trainer(),
        model.features().toString(),
        model.tribuo(),
        evaluation.map(found -> (Evaluation<?>) found));
  }

  /**
   * Trains what a Tribuo configuration file describes: components {@code trainer}, {@code train}
   * and, if there is one, {@code test}.
   *
   * @param out the model to write
   * @param report folder for what the evaluator says
   */
  public static Result run(Path configuration, Path out, Optional<Path> report) throws IOException {
    if (!Files.exists(configuration)) {
      throw new java.nio.file.NoSuchFileException(configuration.toString());
    }
    try (ConfigurationManager manager = new ConfigurationManager(configuration.toString())) {
      return configured(manager, configuration, out, report);
    } catch (PropertyException e) {
      throw new IOException("%s: %s".formatted(configuration, e.getMessage()), e);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the kind of output is known to the file alone
  private static Result configured(
      ConfigurationManager manager, Path configuration, Path out, Optional<Path> report)
      throws IOException {
    for (String name : List.of("trainer", "train")) {
      if (!manager.getComponentNames().contains(name)) {
        throw new IOException(
            "%s has no component '%s' but %s"
                .formatted(configuration, name, manager.getComponentNames()));
      }
    }
    Trainer trainer = (Trainer) manager.lookup("trainer");
    Model model = trainer.train(new MutableDataset((DataSource) manager.lookup("train")));
    Optional<Evaluation> evaluation = Optional.empty();
    int images = 0;
    if (manager.getComponentNames().contains("test")) {
      MutableDataset test = new MutableDataset((DataSource) manager.lookup("test"));
      images = test.size();
      evaluation = Optional.of(test.getOutputFactory().getEvaluator().evaluate(model, test));
    }
    AtomicFile.write(out, model::serializeToFile);
    if (evaluation.isPresent() && report.isPresent()) {
      report(model, evaluation.get(), images, "of the configuration", report.get());
    }
    return result(
        out,
        trainer.getClass().getSimpleName(),
        "as configured",
        model,
        evaluation.map(found -> (Evaluation<?>) found));
  }

  private static Result result(
      Path out,
      String trainer,
      String features,
      Model<?> model,
      Optional<Evaluation<?>> evaluation) {
    Optional<LabelEvaluation> labels =
        evaluation.filter(LabelEvaluation.class::isInstance).map(LabelEvaluation.class::cast);
    return new Result(
        out,
        trainer,
        features,
        model.getFeatureIDMap().size(),
        model.getOutputIDInfo().size(),
        evaluation.map(found -> labels.map(Classifying::line).orElse(found.toString())),
        labels.map(LabelEvaluation::accuracy),
        labels.map(LabelEvaluation::macroAveragedRecall));
  }

  private static String line(LabelEvaluation evaluation) {
    return String.format(
        Locale.ROOT,
        "accuracy %.4f, balanced accuracy %.4f, macro F1 %.4f on %,d images",
        evaluation.accuracy(),
        1 - evaluation.balancedErrorRate(),
        evaluation.macroAveragedF1(),
        evaluation.getPredictions().size());
  }

  private static <T extends Output<T>> void report(
      Model<T> model, Evaluation<T> evaluation, int images, String features, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    String words = evaluation.toString();
    if (evaluation instanceof LabelEvaluation labels) {
      words += System.lineSeparator() + labels.getConfusionMatrix();
      ConfusionPicture.write(labels.getPredictions(), folder.resolve("confusion.png"));
    }
    String text = words;
    AtomicFile.write(folder.resolve("evaluation.txt"), beside -> Files.writeString(beside, text));
    TribuoModelCard.write(
        model, metrics(evaluation), images, features, folder.resolve("model-card.json"));
  }

  private static Map<String, Double> metrics(Evaluation<?> evaluation) {
    Map<String, Double> metrics = new TreeMap<>();
    evaluation
        .asMap()
        .forEach(
            (metric, value) -> {
              if (Double.isFinite(value)) {
                metrics.put(metric.toString(), value);
              }
            });
    return metrics;
  }
}
