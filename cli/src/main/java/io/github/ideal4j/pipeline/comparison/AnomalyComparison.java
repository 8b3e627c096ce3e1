package io.github.ideal4j.pipeline.comparison;

import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.anomaly.AnomalyFactory;
import org.tribuo.anomaly.Event;
import org.tribuo.anomaly.liblinear.LibLinearAnomalyTrainer;
import org.tribuo.anomaly.liblinear.LinearAnomalyType;
import org.tribuo.classification.Label;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * How well images of a class stand out that a one-class support vector machine has never seen among
 * those of the classes that it knows.
 */
public final class AnomalyComparison {

  private AnomalyComparison() {}

  /**
   * What to try.
   *
   * @param sources of the families
   * @param families specifications of features
   * @param heldOut at most this many classes are left out, one after the other
   * @param nu share of the known images that may lie outside, 0 to 1
   */
  public record Request(
      Family.Sources sources, List<String> families, int heldOut, double nu, long seed) {}

  /**
   * One family, mean over the classes that were held out.
   *
   * @param auc chance that an image of the unknown class looks stranger than a known one
   * @param recall share of the unknown images that are called anomalous
   * @param falseAlarms share of the known ones
   */
  public record Row(String family, double auc, double recall, double falseAlarms) {}

  /** The table. */
  public record Result(List<Row> rows, List<String> heldOut) {

    /** The table in words. */
    public String text() {
      StringBuilder text =
          new StringBuilder(
              String.format("%-24s  %-8s  %-8s  %-12s%n", "features", "AUC", "recall", "alarms"));
      for (Row row : rows) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-24s  %.3f     %5.1f %%   %5.1f %%%n",
                row.family(),
                row.auc(),
                100 * row.recall(),
                100 * row.falseAlarms()));
      }
      return text + "held out one by one: " + String.join(", ", heldOut);
    }
  }

  /** Holds out classes, for every family. */
  public static Result run(Request request, Progress progress) throws IOException {
    List<Row> rows = new ArrayList<>();
    List<String> classes = List.of();
    try (Progress.Stage stage =
        progress.start("Holding out", request.families().size(), "families")) {
      for (String name : request.families()) {
        stage.note(name);
        Family family = Family.of(name, request.sources(), Progress.silent());
        TreeSet<String> all = new TreeSet<>();
        family.train().forEach(example -> all.add(example.getOutput().getLabel()));
        classes = all.stream().limit(request.heldOut()).toList();
        double[] sums = new double[3];
        for (String heldOut : classes) {
          double[] found = holdOut(family, heldOut, request);
          for (int i = 0; i < sums.length; i++) {
            sums[i] += found[i] / classes.size();
          }
        }
        rows.add(new Row(name, sums[0], sums[1], sums[2]));
        stage.advance(1);
      }
    }
    return new Result(rows, classes);
  }

  private static double[] holdOut(Family family, String heldOut, Request request) {
    AnomalyFactory factory = new AnomalyFactory();
    MutableDataset<Event> known =
        new MutableDataset<>(new SimpleDataSourceProvenance("known", factory), factory);
    for (Example<Label> example : family.train()) {
      if (!example.getOutput().getLabel().equals(heldOut)) {
        known.add(new ArrayExample<>(AnomalyFactory.EXPECTED_EVENT, example, 1));
      }
    }
    LinearAnomalyType type = new LinearAnomalyType(LinearAnomalyType.LinearType.ONECLASS_SVM);
    Model<Event> model =
        new LibLinearAnomalyTrainer(type, 1, 1000, 0.01, request.nu(), request.seed()).train(known);
    List<Double> strange = new ArrayList<>();
    List<Double> usual = new ArrayList<>();
    int found = 0;
    int alarms = 0;
    for (Example<Label> example : family.test()) {
      Example<Event> asked = new ArrayExample<>(AnomalyFactory.UNKNOWN_EVENT, example, 1);
      Event event = model.predict(asked).getOutput();
      boolean anomalous = event.getType() == Event.EventType.ANOMALOUS;
      if (example.getOutput().getLabel().equals(heldOut)) {
        strange.add(event.getScore());
        found += anomalous ? 1 : 0;
      } else {
        usual.add(event.getScore());
        alarms += anomalous ? 1 : 0;
      }
    }
    return new double[] {
      auc(strange, usual), (double) found / strange.size(), (double) alarms / usual.size()
    };
  }

  /** Scores fall with strangeness; equal ones count half. */
  static double auc(List<Double> strange, List<Double> usual) {
    double wins = 0;
    for (double low : strange) {
      for (double high : usual) {
        wins += low < high ? 1 : low == high ? 0.5 : 0;
      }
    }
    return wins / strange.size() / usual.size();
  }
}
