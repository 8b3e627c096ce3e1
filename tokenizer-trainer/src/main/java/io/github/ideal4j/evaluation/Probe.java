package io.github.ideal4j.evaluation;

/** A simple classifier on frozen features, which shows what they know of the classes. */
public sealed interface Probe permits NeighbourProbe, LinearProbe {

  /** The class of each row, {@code [rows]}; of equally likely ones the smallest. */
  int[] predict(FeatureRows rows);

  /** The number of rows whose class is told right. */
  default int correct(LabeledRows test) {
    int[] predictions = predict(test.rows());
    int correct = 0;
    for (int i = 0; i < predictions.length; i++) {
      correct += predictions[i] == test.label(i) ? 1 : 0;
    }
    return correct;
  }

  /** The share of rows whose class is told right, 0 to 1. */
  default double accuracy(LabeledRows test) {
    return (double) correct(test) / test.rows().rows();
  }
}
