package io.github.ideal4j.pipeline.comparison;

import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.clustering.evaluation.ClusteringEvaluation;
import org.tribuo.clustering.kmeans.KMeansModel;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.distance.DistanceType;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** How well k-means finds the classes again that it is not told. */
public final class ClusteringComparison {

  private static final int ITERATIONS = 50;

  private ClusteringComparison() {}

  /**
   * What to cluster.
   *
   * @param sources of the families; their training tokens are clustered
   * @param families specifications of features
   * @param clusters how many; 0 for as many as there are classes
   * @param seeds of the first centres
   */
  public record Request(
      Family.Sources sources, List<String> families, int clusters, List<Long> seeds, int threads) {}

  /**
   * One family, mean over seeds.
   *
   * @param purity share of images that are of the most frequent class of their cluster
   * @param normalizedMutualInformation of clusters and classes
   * @param adjustedMutualInformation the same, less what chance gives
   */
  public record Row(
      String family,
      double purity,
      double normalizedMutualInformation,
      double adjustedMutualInformation) {}

  /**
   * The table.
   *
   * @param chance purity of clusters without any sense: the share of the most frequent class
   */
  public record Result(List<Row> rows, int clusters, int images, double chance) {

    /** The table in words. */
    public String text() {
      StringBuilder text =
          new StringBuilder(
              String.format("%-24s  %-8s  %-8s  %-8s%n", "features", "purity", "NMI", "adjusted"));
      for (Row row : rows) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-24s  %5.1f %%   %.3f     %.3f%n",
                row.family(),
                100 * row.purity(),
                row.normalizedMutualInformation(),
                row.adjustedMutualInformation()));
      }
      return text
          + String.format(
              Locale.ROOT,
              "%,d images, %d clusters; one cluster for all has a purity of %.1f %%",
              images,
              clusters,
              100 * chance);
    }
  }

  /** Clusters the images of every family. */
  public static Result run(Request request, Progress progress) throws IOException {
    List<Row> rows = new ArrayList<>();
    int clusters = request.clusters();
    int images = 0;
    double chance = 0;
    try (Progress.Stage stage =
        progress.start(
            "Clustering",
            (long) request.families().size() * request.seeds().size(),
            "runs of k-means")) {
      for (String name : request.families()) {
        stage.note(name);
        List<Example<Label>> examples =
            Family.of(name, request.sources(), Progress.silent()).train();
        Map<String, Integer> classes = new TreeMap<>();
        examples.forEach(e -> classes.merge(e.getOutput().getLabel(), 1, Integer::sum));
        clusters = request.clusters() > 0 ? request.clusters() : classes.size();
        images = examples.size();
        chance =
            classes.values().stream().mapToInt(Integer::intValue).max().orElse(0) / (double) images;
        double[] sums = new double[3];
        for (long seed : request.seeds()) {
          add(sums, cluster(examples, List.copyOf(classes.keySet()), clusters, seed, request));
          stage.advance(1);
        }
        int runs = request.seeds().size();
        rows.add(new Row(name, sums[0] / runs, sums[1] / runs, sums[2] / runs));
      }
    }
    return new Result(rows, clusters, images, chance);
  }

  private static void add(double[] sums, double[] values) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[i];
    }
  }

  private static double[] cluster(
      List<Example<Label>> examples,
      List<String> classes,
      int clusters,
      long seed,
      Request request) {
    ClusteringFactory factory = new ClusteringFactory();
    MutableDataset<ClusterID> data =
        new MutableDataset<>(new SimpleDataSourceProvenance("clustering", factory), factory);
    for (Example<Label> example : examples) {
      int number = classes.indexOf(example.getOutput().getLabel());
      data.add(new ArrayExample<>(new ClusterID(number), example, 1));
    }
    KMeansModel model =
        new KMeansTrainer(
                clusters,
                ITERATIONS,
                DistanceType.L2.getDistance(),
                KMeansTrainer.Initialisation.PLUSPLUS,
                Math.max(1, request.threads()),
                seed)
            .train(data);
    List<Prediction<ClusterID>> predictions = model.predict(data);
    ClusteringEvaluation found =
        factory.getEvaluator().evaluate(model, predictions, data.getProvenance());
    return new double[] {purity(predictions), found.normalizedMI(), found.adjustedMI()};
  }

  static double purity(List<Prediction<ClusterID>> predictions) {
    Map<Integer, Map<Integer, Integer>> counts = new TreeMap<>();
    for (Prediction<ClusterID> row : predictions) {
      counts
          .computeIfAbsent(row.getOutput().getID(), key -> new TreeMap<>())
          .merge(row.getExample().getOutput().getID(), 1, Integer::sum);
    }
    double right =
        counts.values().stream()
            .mapToInt(
                cluster -> cluster.values().stream().mapToInt(Integer::intValue).max().orElse(0))
            .sum();
    return right / predictions.size();
  }
}
