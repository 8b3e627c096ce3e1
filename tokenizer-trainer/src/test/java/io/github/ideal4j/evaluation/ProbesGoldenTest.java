package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.ideal4j.evaluation.NeighbourProbe.Voting;
import java.io.IOException;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Agreement with scikit-learn. */
@Tag("golden")
class ProbesGoldenTest {

  private static final Offset<Double> WEIGHTS = within(1e-6);
  private static final Offset<Double> OBJECTIVE = within(1e-8);

  private MetricsSet set;
  private LabeledRows train;
  private LabeledRows test;

  @BeforeEach
  void open() throws IOException {
    set = MetricsSet.open();
    int[] labels = set.integers("probe.train.y");
    int classes = IntStream.of(labels).max().orElseThrow() + 1;
    train = new LabeledRows(set.rows("probe.train.x"), labels, classes);
    test = new LabeledRows(set.rows("probe.test.x"), set.integers("probe.test.y"), classes);
  }

  @AfterEach
  void close() throws IOException {
    set.close();
  }

  @Test
  void neighboursVoteAsInScikitLearn() {
    for (JsonNode expected : set.at("/probes/knn/cases")) {
      boolean weighted = expected.get("votes").asText().startsWith("exp(");
      Voting voting =
          switch (expected.get("metric").asText()) {
            case "euclidean" -> Voting.EUCLIDEAN;
            case "cosine" -> weighted ? Voting.COSINE_WEIGHTED : Voting.COSINE;
            default -> throw new IllegalStateException(expected.toString());
          };
      compare(new NeighbourProbe(train, expected.get("k").asInt(), voting), expected);
    }
  }

  @Test
  void logisticRegressionIsAtTheOptimumOfScikitLearn() {
    for (JsonNode expected : set.at("/probes/logistic/cases")) {
      double c = expected.get("C").asDouble();
      LogisticRegression fit = LogisticRegression.fit(train, c);
      compare(fit.probe(), expected);
      assertThat(fit.probe().accuracy(train)).isEqualTo(expected.get("train_accuracy").asDouble());
      double objective = expected.get("objective").asDouble();
      assertThat(fit.objective() / objective).as("objective, C %s", c).isCloseTo(1, OBJECTIVE);
      assertThat(fit.meanLoss()).isCloseTo(expected.get("train_mean_nll").asDouble(), WEIGHTS);
    }
  }

  @Test
  void logisticWeightsAreThoseOfScikitLearn() {
    LinearProbe probe = LogisticRegression.fit(train, 1).probe();
    assertThat(probe.coefficients())
        .containsExactly(set.doubles("probe.logistic.coefficients"), WEIGHTS);
    assertThat(probe.intercepts())
        .containsExactly(set.doubles("probe.logistic.intercepts"), WEIGHTS);
    assertThat(probe.probabilities(test.rows()))
        .containsExactly(set.doubles("probe.logistic.test_probabilities"), WEIGHTS);
  }

  @Test
  void ridgeWeightsAreThoseOfScikitLearn() {
    LinearProbe probe = RidgeRegression.fit(train, 1);
    compare(probe, set.at("/probes/ridge"));
    assertThat(probe.coefficients())
        .containsExactly(set.doubles("probe.ridge.coefficients"), WEIGHTS);
    assertThat(probe.intercepts()).containsExactly(set.doubles("probe.ridge.intercepts"), WEIGHTS);
  }

  @Test
  void allProbesHaveTheAccuraciesOfScikitLearn() {
    Map<String, Double> accuracies = ScoreProbes.accuracies(train, test);
    assertThat(accuracies)
        .containsEntry("ridge", set.at("/probes/ridge/accuracy").asDouble())
        .containsKeys("knn1", "knn5", "knn20", "cosine1", "cosine5", "cosine20", "weighted20");
    for (JsonNode expected : set.at("/probes/logistic/cases")) {
      if (expected.get("C").asDouble() == 1) {
        assertThat(accuracies).containsEntry("logistic", expected.get("accuracy").asDouble());
      }
    }
  }

  private void compare(Probe probe, JsonNode expected) {
    int[] predictions = probe.predict(test.rows());
    for (int i = 0; i < predictions.length; i++) {
      assertThat(predictions[i])
          .as("prediction %d of %s", i, probe)
          .isEqualTo(expected.get("predictions").get(i).asInt());
    }
    assertThat(probe.correct(test)).isEqualTo(expected.get("correct").asInt());
    assertThat(probe.accuracy(test)).isEqualTo(expected.get("accuracy").asDouble());
  }
}
