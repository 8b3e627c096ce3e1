package io.github.ideal4j.pipeline;

import io.github.ideal4j.names.NearNames;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tribuo.model.LogisticTrainer;
import java.util.List;
import java.util.Locale;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.classification.liblinear.LinearClassificationType;
import org.tribuo.classification.liblinear.LinearClassificationType.LinearType;
import org.tribuo.classification.sgd.fm.FMClassificationTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.common.nearest.KNNModel;
import org.tribuo.common.nearest.KNNTrainer;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.math.distance.DistanceType;
import org.tribuo.math.neighbour.NeighboursQueryFactoryType;
import org.tribuo.math.optimisers.AdaGrad;

/** Tribuo's trainers of classifiers by name, with settings that suit tokens. */
public final class Trainers {

  /** The names. */
  public static final List<String> NAMES =
      List.of("logistic", "liblinear", "fm", "random-forest", "knn");

  /** The trainer of the quickstart. */
  public static final String DEFAULT = "logistic";

  private static final String FOREST = "random-forest";
  private static final int TREES = 100;
  private static final int NEIGHBOURS = 5;
  private static final int NO_REPORTS = Integer.MAX_VALUE;

  private Trainers() {}

  /** Whether a name stands for a forest: {@code random-forest}, or with a number of trees. */
  public static boolean isForest(String name) {
    return name.toLowerCase(Locale.ROOT).startsWith(FOREST);
  }

  private static int trees(String name, String number) {
    if (!isForest(name) || !number.matches("[1-9][0-9]{0,4}")) {
      throw new IllegalArgumentException(
          "trainer '%s': only random-forest takes a number, that of its trees, as in random-forest:20"
              .formatted(name));
    }
    return Integer.parseInt(number);
  }

  /**
   * A trainer.
   *
   * @param name one of {@link #NAMES}; {@code random-forest:20} for a forest of 20 trees instead of
   *     100
   * @param seed of everything that is left to chance
   * @throws IllegalArgumentException if the name is unknown, with those that there are
   */
  public static Trainer<Label> of(String name, long seed, int threads, Progress progress) {
    String lower = name.toLowerCase(Locale.ROOT);
    int colon = lower.indexOf(':');
    int trees = colon < 0 ? TREES : trees(name, lower.substring(colon + 1));
    return switch (colon < 0 ? lower : lower.substring(0, colon)) {
      case "logistic" -> new LogisticTrainer(seed).withProgress(progress);
      case "liblinear" ->
          new LibLinearClassificationTrainer(
              new LinearClassificationType(LinearType.L2R_L2LOSS_SVC_DUAL), 1, 1000, 0.1, seed);
      case "fm" ->
          new FMClassificationTrainer(
              new LogMulticlass(), new AdaGrad(0.1), 10, NO_REPORTS, 1, seed, 8, 0.1);
      case "random-forest" ->
          new RandomForestTrainer<>(
              new CARTClassificationTrainer(Integer.MAX_VALUE, 0.05f, seed),
              new VotingCombiner(),
              trees,
              seed);
      case "knn" ->
          new KNNTrainer<>(
              NEIGHBOURS,
              DistanceType.COSINE.getDistance(),
              Math.max(1, threads),
              new VotingCombiner(),
              KNNModel.Backend.INNERTHREADPOOL,
              NeighboursQueryFactoryType.BRUTE_FORCE);
      default ->
          throw new IllegalArgumentException(
              "trainer '%s' is unknown; valid are %s%s"
                  .formatted(name, String.join(", ", NAMES), NearNames.hint(lower, NAMES)));
    };
  }
}
