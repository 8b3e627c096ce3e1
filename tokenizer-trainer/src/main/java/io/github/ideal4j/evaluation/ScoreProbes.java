package io.github.ideal4j.evaluation;

import io.github.ideal4j.evaluation.NeighbourProbe.Voting;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What features know of the classes, by the probes that papers use: k nearest neighbours, and
 * linear classifiers at their optimum. Nothing is drawn, so equal features give equal scores.
 */
public final class ScoreProbes {

  private static final int[] NEIGHBOURS = {1, 5, 20};

  private ScoreProbes() {}

  /**
   * The accuracy on the test rows by the name of the probe: {@code knn1}, {@code knn5}, {@code
   * knn20} (Euclidean), {@code cosine1} ..., {@code weighted20} (by similarity), {@code logistic}
   * (c = 1) and {@code ridge} (penalty 1). Numbers of neighbours beyond the training rows are left
   * out.
   */
  public static Map<String, Double> accuracies(LabeledRows train, LabeledRows test) {
    Map<String, Double> accuracies = new LinkedHashMap<>();
    probes(train).forEach((name, probe) -> accuracies.put(name, probe.accuracy(test)));
    return accuracies;
  }

  /** The trained probes by the names of {@link #accuracies}. */
  public static Map<String, Probe> probes(LabeledRows train) {
    Map<String, Probe> probes = new LinkedHashMap<>();
    neighbours("knn", train, Voting.EUCLIDEAN, probes);
    neighbours("cosine", train, Voting.COSINE, probes);
    if (train.rows().rows() >= 20) {
      probes.put("weighted20", new NeighbourProbe(train, 20, Voting.COSINE_WEIGHTED));
    }
    probes.put("logistic", LogisticRegression.fit(train, 1).probe());
    probes.put("ridge", RidgeRegression.fit(train, 1));
    return probes;
  }

  private static void neighbours(
      String name, LabeledRows train, Voting voting, Map<String, Probe> probes) {
    for (int count : NEIGHBOURS) {
      if (count <= train.rows().rows()) {
        probes.put(name + count, new NeighbourProbe(train, count, voting));
      }
    }
  }
}
