package io.github.ideal4j.pipeline.quickstart;

import io.github.ideal4j.report.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/** Predictions whose examples know the truth, as the confusion matrix of a report. */
final class ConfusionBlock {

  private ConfusionBlock() {}

  static Block.Confusion of(String caption, List<Prediction<Label>> predictions) {
    TreeSet<String> names = new TreeSet<>();
    for (Prediction<Label> row : predictions) {
      names.add(row.getExample().getOutput().getLabel());
      names.add(row.getOutput().getLabel());
    }
    List<String> classes = List.copyOf(names);
    int[][] counts = new int[classes.size()][classes.size()];
    for (Prediction<Label> row : predictions) {
      int truth = classes.indexOf(row.getExample().getOutput().getLabel());
      counts[truth][classes.indexOf(row.getOutput().getLabel())]++;
    }
    List<List<Integer>> rows = new ArrayList<>();
    for (int[] row : counts) {
      rows.add(Arrays.stream(row).boxed().toList());
    }
    return new Block.Confusion(caption, classes, rows);
  }
}
