package io.github.ideal4j.pipeline.comparison;

import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.pipeline.Trainers;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.report.Block;
import io.github.ideal4j.report.Report;
import io.github.ideal4j.report.ReportWriter;
import io.github.ideal4j.report.Series;
import io.github.ideal4j.tribuo.model.ClassifierEvaluation;
import io.github.ideal4j.tribuo.model.TokenModel;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.dataset.MinimumCardinalityDataset;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Which features pay for which model: every family of features with every trainer, over seeds and
 * numbers of images a class, measured on the same test images.
 */
public final class ClassifierComparison {

  /** Images that must have a feature before a forest takes it. */
  public static final int FOREST_IMAGES = 10;

  private ClassifierComparison() {}

  /**
   * What to compare.
   *
   * @param sources of the families
   * @param families specifications of features, or pixels and teacher
   * @param trainers of {@link Trainers#NAMES}
   * @param perClass images a class to train on; 0 for all
   * @param seeds of samples and trainers
   * @param threads of trainers that have some
   * @param out folder of {@code runs.csv} and {@code report.html}
   */
  public record Request(
      Family.Sources sources,
      List<String> families,
      List<String> trainers,
      List<Integer> perClass,
      List<Long> seeds,
      int threads,
      Path out) {}

  /**
   * One training.
   *
   * @param perClass images a class; 0 for all
   * @param features that were met in training
   * @param trainSeconds of training, without making the features
   * @param accuracy on the test images
   * @param balanced mean of the classes' accuracies
   */
  public record Run(
      String family,
      String trainer,
      int perClass,
      long seed,
      int features,
      double trainSeconds,
      double accuracy,
      double balanced) {}

  /**
   * All trainings.
   *
   * @param runs in order
   * @param train images
   * @param test images
   * @param majority accuracy of always saying the most frequent class
   * @param out folder of the files
   */
  public record Result(List<Run> runs, int train, int test, double majority, Path out) {

    /** Mean accuracy in per cent and its deviation over seeds, by family and trainer. */
    public String text() {
      StringBuilder text = new StringBuilder();
      for (int perClass : runs.stream().map(Run::perClass).distinct().toList()) {
        text.append(perClass == 0 ? "all images" : perClass + " images a class").append('\n');
        table(perClass).forEach(row -> text.append(String.join("  ", row)).append('\n'));
      }
      return text
          + String.format(
              Locale.ROOT,
              "%,d images to train, %,d to test; the most frequent class is %.1f %%; %s",
              train,
              test,
              100 * majority,
              out.resolve("report.html"));
    }

    private List<List<String>> table(int perClass) {
      List<String> trainers = runs.stream().map(Run::trainer).distinct().toList();
      List<List<String>> rows = new ArrayList<>();
      List<String> head = new ArrayList<>(List.of(String.format("%-24s", "features")));
      trainers.forEach(trainer -> head.add(String.format("%-14s", trainer)));
      rows.add(head);
      for (String family : runs.stream().map(Run::family).distinct().toList()) {
        List<String> row = new ArrayList<>(List.of(String.format("%-24s", family)));
        for (String trainer : trainers) {
          row.add(String.format("%-14s", cell(family, trainer, perClass)));
        }
        rows.add(row);
      }
      return rows;
    }

    String cell(String family, String trainer, int perClass) {
      DoubleSummaryStatistics found = accuracies(family, trainer, perClass);
      if (found.getCount() == 0) {
        return "-";
      }
      double squares =
          runs.stream()
              .filter(run -> matches(run, family, trainer, perClass))
              .mapToDouble(run -> Math.pow(run.accuracy - found.getAverage(), 2))
              .sum();
      double deviation = Math.sqrt(squares / Math.max(1, found.getCount() - 1));
      return String.format(Locale.ROOT, "%.1f ± %.1f", 100 * found.getAverage(), 100 * deviation);
    }

    DoubleSummaryStatistics accuracies(String family, String trainer, int perClass) {
      return runs.stream()
          .filter(run -> matches(run, family, trainer, perClass))
          .mapToDouble(Run::accuracy)
          .summaryStatistics();
    }

    private static boolean matches(Run run, String family, String trainer, int perClass) {
      return run.family.equals(family) && run.trainer.equals(trainer) && run.perClass == perClass;
    }
  }

  /** Trains and measures all of it. */
  public static Result run(Request request, Progress progress) throws IOException {
    request.trainers().forEach(name -> Trainers.of(name, 0, 1, Progress.silent()));
    int perFamily = request.trainers().size() * request.perClass().size() * request.seeds().size();
    List<Run> runs = new ArrayList<>();
    int train = 0;
    int test = 0;
    double majority = 0;
    try (Progress.Stage stage =
        progress.start("Comparing", (long) perFamily * request.families().size(), "trainings")) {
      for (String name : request.families()) {
        stage.note(name);
        Family family = Family.of(name, request.sources(), Progress.silent());
        train = family.train().size();
        test = family.test().size();
        majority = majority(family);
        for (String trainer : request.trainers()) {
          for (int perClass : request.perClass()) {
            for (long seed : request.seeds()) {
              stage.note(name + ", " + trainer);
              runs.add(train(family, trainer, perClass, seed, request.threads()));
              stage.advance(1);
            }
          }
        }
      }
    }
    Result result = new Result(runs, train, test, majority, request.out());
    write(result);
    return result;
  }

  private static double majority(Family family) {
    Map<String, Integer> counts = new TreeMap<>();
    family.train().forEach(e -> counts.merge(e.getOutput().getLabel(), 1, Integer::sum));
    String most = Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
    long hits = family.test().stream().filter(e -> e.getOutput().getLabel().equals(most)).count();
    return (double) hits / family.test().size();
  }

  private static Run train(Family family, String trainer, int perClass, long seed, int threads) {
    Dataset<Label> data = forTrainer(trainer, sample(family.train(), perClass, seed));
    long before = System.nanoTime();
    Model<Label> model = Trainers.of(trainer, seed, threads, Progress.silent()).train(data);
    double seconds = (System.nanoTime() - before) / 1e9;
    List<String> truth = new ArrayList<>();
    List<String> said = new ArrayList<>();
    model
        .predict(family.test().stream().map(row -> TokenModel.known(model, row)).toList())
        .forEach(
            row -> {
              truth.add(row.getExample().getOutput().getLabel());
              said.add(row.getOutput().getLabel());
            });
    ClassifierEvaluation found = ClassifierEvaluation.of(truth, said, truth.get(0));
    return new Run(
        family.name(),
        trainer,
        perClass,
        seed,
        model.getFeatureIDMap().size(),
        seconds,
        found.accuracy(),
        found.classMeanAccuracy());
  }

  /**
   * Forests look at every name for every image and tree: names that few images have cost most of
   * the time and decide next to nothing.
   */
  private static Dataset<Label> forTrainer(String trainer, Dataset<Label> data) {
    return Trainers.isForest(trainer) ? new MinimumCardinalityDataset<>(data, FOREST_IMAGES) : data;
  }

  /** Some images of each class, others for every seed. */
  static Dataset<Label> sample(List<Example<Label>> all, int perClass, long seed) {
    List<Example<Label>> shuffled = new ArrayList<>(all);
    if (perClass > 0) {
      Collections.shuffle(shuffled, new Random(seed));
    }
    Map<String, Integer> taken = new LinkedHashMap<>();
    LabelFactory factory = new LabelFactory();
    MutableDataset<Label> data =
        new MutableDataset<>(new SimpleDataSourceProvenance("comparison", factory), factory);
    for (Example<Label> example : shuffled) {
      int count = taken.merge(example.getOutput().getLabel(), 1, Integer::sum);
      if (perClass == 0 || count <= perClass) {
        data.add(example);
      }
    }
    return data;
  }

  private static void write(Result result) throws IOException {
    Files.createDirectories(result.out());
    AtomicFile.write(
        result.out().resolve("runs.csv"),
        beside -> {
          try (BufferedWriter writer = Files.newBufferedWriter(beside);
              CSVPrinter csv = new CSVPrinter(writer, CSVFormat.DEFAULT)) {
            csv.printRecord(
                "features",
                "trainer",
                "images_per_class",
                "seed",
                "feature_count",
                "train_seconds",
                "accuracy",
                "balanced_accuracy");
            for (Run run : result.runs()) {
              csv.printRecord(
                  run.family(),
                  run.trainer(),
                  run.perClass(),
                  run.seed(),
                  run.features(),
                  String.format(Locale.ROOT, "%.3f", run.trainSeconds()),
                  String.format(Locale.ROOT, "%.4f", run.accuracy()),
                  String.format(Locale.ROOT, "%.4f", run.balanced()));
            }
          }
        });
    ReportWriter.write(report(result), result.out().resolve("report.html"));
  }

  private static Report report(Result result) {
    List<Block> blocks = new ArrayList<>();
    List<Integer> sizes = result.runs().stream().map(Run::perClass).distinct().toList();
    List<String> trainers = result.runs().stream().map(Run::trainer).distinct().toList();
    for (int perClass : sizes) {
      List<List<String>> rows =
          result.table(perClass).stream()
              .map(row -> row.stream().map(String::strip).toList())
              .toList();
      blocks.add(
          new Block.Table(
              "Accuracy in per cent, "
                  + (perClass == 0 ? "all images" : perClass + " images a class"),
              rows.get(0),
              rows.subList(1, rows.size())));
    }
    if (sizes.stream().filter(size -> size > 0).count() > 1) {
      for (String trainer : trainers) {
        blocks.add(
            new Block.LineChart(
                "Accuracy, " + trainer, "images a class", curves(result, trainer, sizes)));
      }
    }
    return new Report(
        "What pays",
        "%,d images to train, %,d to test; mean and deviation over seeds"
            .formatted(result.train(), result.test()),
        List.of(),
        List.of(
            new Report.Section(
                "Accuracy", "Rows are features of the tokens, columns are trainers.", blocks)));
  }

  private static List<Series> curves(Result result, String trainer, List<Integer> sizes) {
    List<Series> curves = new ArrayList<>();
    for (String family : result.runs().stream().map(Run::family).distinct().toList()) {
      List<Series.Point> points =
          sizes.stream()
              .filter(size -> size > 0)
              .sorted()
              .map(
                  size ->
                      new Series.Point(size, result.accuracies(family, trainer, size).getAverage()))
              .toList();
      curves.add(new Series(family, points, false));
    }
    return curves;
  }
}
