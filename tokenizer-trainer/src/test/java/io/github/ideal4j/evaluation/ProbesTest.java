package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.ideal4j.evaluation.NeighbourProbe.Voting;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProbesTest {

  private static final LabeledRows LINE =
      new LabeledRows(
          FeatureRows.of(new double[] {0, 1, 2, 10, 11, 12}, 1), new int[] {1, 1, 1, 0, 0, 0}, 2);

  @Test
  void classesOnALineAreToldApart() {
    FeatureRows test = FeatureRows.of(new double[] {-5, 3, 9, 50}, 1);
    assertThat(LogisticRegression.fit(LINE, 1).probe().predict(test)).containsExactly(1, 1, 0, 0);
    assertThat(RidgeRegression.fit(LINE, 1).predict(test)).containsExactly(1, 1, 0, 0);
    assertThat(new NeighbourProbe(LINE, 3, Voting.EUCLIDEAN).predict(test))
        .containsExactly(1, 1, 0, 0);
  }

  @Test
  void tieGoesToTheSmallestClass() {
    FeatureRows middle = FeatureRows.of(new double[] {6}, 1);
    assertThat(new NeighbourProbe(LINE, 6, Voting.EUCLIDEAN).predict(middle)).containsExactly(0);
  }

  @Test
  void lengthOfVectorsDoesNotCountForCosines() {
    LabeledRows train =
        new LabeledRows(FeatureRows.of(new double[] {1, 0, 0, 100}, 2), new int[] {0, 1}, 2);
    FeatureRows test = FeatureRows.of(new double[] {50, 40, 0.1, 0.2}, 2);
    assertThat(new NeighbourProbe(train, 1, Voting.COSINE).predict(test)).containsExactly(0, 1);
    assertThat(new NeighbourProbe(train, 2, Voting.COSINE_WEIGHTED).predict(test))
        .containsExactly(0, 1);
    assertThat(new NeighbourProbe(train, 1, Voting.EUCLIDEAN).predict(test)).containsExactly(0, 0);
  }

  @Test
  void gradientIsNothingAtTheOptimum() {
    LogisticRegression fit = LogisticRegression.fit(LINE, 0.5);
    // Two classes: opposite weights, and c * (sum of x * error) = w.
    double[] weights = fit.probe().coefficients();
    double[] probabilities = fit.probe().probabilities(LINE.rows());
    double deviation = Math.sqrt((36 + 25 + 16 + 16 + 25 + 36) / 6.0); // about the mean 6
    double gradient = 0;
    for (int i = 0; i < LINE.rows().rows(); i++) {
      double target = LINE.label(i) == 0 ? 1 : 0;
      double scaled = (LINE.rows().row(i)[0] - 6) / deviation;
      gradient += 0.5 * scaled * (probabilities[2 * i] - target);
    }
    assertThat(gradient + weights[0]).isCloseTo(0, within(1e-8));
    assertThat(weights[0] + weights[1]).isCloseTo(0, within(1e-8));
  }

  @Test
  void constantFeatureDoesNoHarm() {
    double[] values = {0, 7, 1, 7, 10, 7, 11, 7};
    LabeledRows train = new LabeledRows(FeatureRows.of(values, 2), new int[] {0, 0, 1, 1}, 2);
    LinearProbe probe = LogisticRegression.fit(train, 1).probe();
    assertThat(probe.predict(train.rows())).containsExactly(0, 0, 1, 1);
    assertThat(probe.coefficients()[1]).isZero();
    assertThat(RidgeRegression.fit(train, 1).coefficients()[1]).isZero();
  }

  @Test
  void neighboursBeyondTheTrainingRowsAreLeftOut() {
    Map<String, Double> accuracies = ScoreProbes.accuracies(LINE, LINE);
    assertThat(accuracies)
        .containsOnlyKeys("knn1", "knn5", "cosine1", "cosine5", "logistic", "ridge");
    assertThat(accuracies).containsEntry("logistic", 1.0);
  }

  @Test
  void minimumOfAQuadraticIsFound() {
    Lbfgs.Minimum minimum =
        Lbfgs.minimize(
            (point, gradient) -> {
              double value = 0;
              for (int i = 0; i < point.length; i++) {
                double scale = Math.pow(10, i); // condition 1e5
                gradient[i] = scale * (point[i] - i);
                value += scale * (point[i] - i) * (point[i] - i) / 2;
              }
              return value;
            },
            new double[6],
            1e-9,
            200);
    assertThat(minimum.point()).containsExactly(new double[] {0, 1, 2, 3, 4, 5}, within(1e-8));
  }

  @Test
  void whatCannotBeLearntIsRefused() {
    FeatureRows rows = LINE.rows();
    assertThatThrownBy(() -> new LabeledRows(rows, new int[] {0, 1}, 2))
        .hasMessage("6 rows of features cannot have 2 labels");
    assertThatThrownBy(() -> new LabeledRows(rows, new int[] {0, 1, 2, 0, 0, 0}, 2))
        .hasMessage("label 2 is not one of 2 classes, which count from 0");
    assertThatThrownBy(() -> new NeighbourProbe(LINE, 7, Voting.COSINE))
        .hasMessage("7 neighbours cannot be found among 6 training rows");
    assertThatThrownBy(() -> LogisticRegression.fit(LINE, 0)).hasMessageContaining("got 0.0");
    assertThatThrownBy(() -> RidgeRegression.fit(LINE, -1)).hasMessageContaining("got -1.0");
    assertThatThrownBy(() -> RidgeRegression.fit(LINE, 1).predict(FeatureRows.of(new double[2], 2)))
        .hasMessage("a probe of 1 features cannot take rows of 2");
  }
}
