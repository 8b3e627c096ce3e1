package io.github.ideal4j.tribuo.model;

import java.util.Comparator;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelInfo;

/** What a classifier must beat: always saying the class with the most training examples. */
final class Majority {

  private Majority() {}

  static String of(Model<Label> model) {
    LabelInfo counts = (LabelInfo) model.getOutputIDInfo();
    return counts.getDomain().stream()
        .map(Label::getLabel)
        .sorted()
        .max(Comparator.comparingLong(counts::getLabelCount))
        .orElseThrow();
  }
}
