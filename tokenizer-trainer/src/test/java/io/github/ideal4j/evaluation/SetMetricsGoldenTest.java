package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Agreement with torch-fidelity, clean-fid, the ADM evaluator, prdc, torchmetrics and scipy. */
@Tag("golden")
class SetMetricsGoldenTest {

  private static final double FLOAT64 = 1e-9;
  private static final double KERNEL = 1e-10;
  // Roots of the rounding noise in singular covariances, in all libraries.
  private static final double SINGULAR = 1e-5;
  // Kernels, or shares, that the library computes in float32.
  private static final double FLOAT32 = 2e-6;

  private static final Pattern SET = Pattern.compile("features\\.\\w+\\.(?:real|generated)");
  private static final Pattern FIRST =
      Pattern.compile("first (\\d+)(?: rows)? of (features\\.\\w+\\.(?:real|generated))");
  private static final Pattern PLUS = Pattern.compile("the same plus (-?[\\d.]+\\d)");
  private static final Pattern FIXED = Pattern.compile("fixed_split_size_(\\d+)");

  private MetricsSet set;

  @BeforeEach
  void open() throws IOException {
    set = MetricsSet.open();
  }

  @AfterEach
  void close() throws IOException {
    set.close();
  }

  @Test
  void frechetDistanceIsTheExactOneAndThatOfLibraries() {
    for (JsonNode expected : set.at("/frechet/cases")) {
      String of = expected.get("of").asText();
      List<FeatureRows> pair = pair(of);
      FrechetDistance distance = FrechetDistance.between(pair.get(0), pair.get(1));
      assertThat(distance.meanTerm())
          .as(of)
          .isCloseTo(number(expected, "mean_term"), within(FLOAT64));
      assertThat(distance.trace1()).as(of).isCloseTo(number(expected, "trace_1"), within(FLOAT64));
      assertThat(distance.trace2()).as(of).isCloseTo(number(expected, "trace_2"), within(FLOAT64));
      int width = pair.get(0).width();
      double tolerance = expected.get("rank_of_product").asInt() < width ? SINGULAR : FLOAT64;
      boolean few = pair.get(0).rows() <= width && pair.get(1).rows() <= width;
      assertThat(distance.value())
          .as(of)
          .isCloseTo(number(expected, "exact"), within(few ? FLOAT64 : tolerance));
      for (Map.Entry<String, JsonNode> value : expected.properties()) {
        if (value.getKey().equals("value") || value.getKey().startsWith("library.")) {
          assertThat(distance.value())
              .as("%s: %s", of, value.getKey())
              .isCloseTo(value.getValue().asDouble(), within(tolerance));
        }
      }
    }
  }

  // What is known of a set elsewhere is often its mean and covariance only.
  @Test
  void frechetDistanceOfCovariancesIsThatOfRows() {
    for (JsonNode expected : set.at("/frechet/cases")) {
      String of = expected.get("of").asText();
      List<FeatureRows> pair = pair(of);
      boolean singular = expected.get("rank_of_product").asInt() < pair.get(0).width();
      FrechetDistance distance =
          FrechetDistance.between(byCovariance(pair.get(0), 0), byCovariance(pair.get(1), 0));
      assertThat(distance.value())
          .as(of)
          .isCloseTo(number(expected, "value"), within(singular ? SINGULAR : FLOAT64));
    }
  }

  @Test
  void populationCovarianceIsAnotherDistance() {
    JsonNode expected = set.at("/frechet/cases").get(0);
    List<FeatureRows> pair = pair(expected.get("of").asText());
    double other = number(expected, "other.population_covariance");
    FrechetDistance population =
        FrechetDistance.between(byCovariance(pair.get(0), 1), byCovariance(pair.get(1), 1));
    assertThat(population.value()).isCloseTo(other, within(FLOAT64));
    FrechetDistance distance = FrechetDistance.between(pair.get(0), pair.get(1));
    assertThat(Math.abs(distance.value() - other)).isGreaterThan(1e-4);
  }

  /** Less is 0 for the covariance with n - 1, and 1 for that with n. */
  private static FeatureStatistics byCovariance(FeatureRows rows, int less) {
    FeatureStatistics statistics = FeatureStatistics.of(rows);
    double[] covariance = statistics.covariance();
    for (int i = 0; i < covariance.length; i++) {
      covariance[i] *= (statistics.rows() - less) / (double) statistics.rows();
    }
    return FeatureStatistics.of(statistics.rows(), statistics.mean(), covariance);
  }

  /** The two sets that a case says it is of. */
  private List<FeatureRows> pair(String of) {
    List<FeatureRows> pair = new ArrayList<>();
    Matcher first = FIRST.matcher(of);
    while (first.find()) {
      pair.add(set.rows(first.group(2)).range(0, Integer.parseInt(first.group(1))));
    }
    Matcher whole = SET.matcher(of);
    while (pair.size() < 2 && whole.find()) {
      pair.add(set.rows(whole.group()));
    }
    if (of.contains("with itself")) {
      pair.add(pair.get(0));
    }
    Matcher plus = PLUS.matcher(of);
    if (plus.find()) {
      pair.add(plus(pair.get(0), Float.parseFloat(plus.group(1))));
    }
    assertThat(pair).as("sets of '%s'", of).hasSize(2);
    return pair;
  }

  private static FeatureRows plus(FeatureRows rows, float shift) {
    double[] values = rows.toArray();
    float[] shifted = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      shifted[i] = (float) values[i] + shift;
    }
    return FeatureRows.of(shifted, rows.width());
  }

  @Test
  void kernelDistanceIsThatOfTorchFidelityAndCleanFid() {
    for (JsonNode expected : set.at("/kid/cases")) {
      String of = expected.get("of").asText();
      FeatureRows real = set.rows(of + ".real");
      FeatureRows generated = set.rows(of + ".generated");
      KernelDistance distance =
          KernelDistance.over(
              real, generated, set.lists("kid.subsets.real"), set.lists("kid.subsets.generated"));
      for (int i = 0; i < distance.subsets().size(); i++) {
        assertThat(distance.subsets().get(i))
            .as("subset %d of %s", i, of)
            .isCloseTo(expected.get("per_subset").get(i).asDouble(), within(KERNEL));
      }
      assertThat(distance.mean()).isCloseTo(number(expected, "mean"), within(KERNEL));
      assertThat(distance.mean())
          .isCloseTo(number(expected, "library.clean-fid (mean only)"), within(KERNEL));
      assertThat(distance.standardDeviation()).isCloseTo(number(expected, "std"), within(KERNEL));
      assertThat(distance.sampleStandardDeviation())
          .isCloseTo(number(expected, "other.std_with_n_minus_1"), within(KERNEL));
      JsonNode fidelity = expected.get("library.torch-fidelity (float32 features)");
      assertThat(distance.mean()).isCloseTo(number(fidelity, "mean"), within(FLOAT32));
      assertThat(distance.standardDeviation()).isCloseTo(number(fidelity, "std"), within(FLOAT32));
      assertThat(KernelDistance.unbiased(real, generated))
          .isCloseTo(number(expected, "all_rows_unbiased"), within(KERNEL));
      assertThat(KernelDistance.biased(real, generated))
          .isCloseTo(number(expected, "other.all_rows_biased"), within(KERNEL));
      assertThat(distance.interval().low()).isLessThan(distance.mean());
    }
  }

  @Test
  void countsInsideBallsAreThoseOfPrdcAndTorchFidelity() {
    for (JsonNode expected : set.at("/precision_recall/cases")) {
      String of = expected.get("of").asText();
      PrecisionRecall result =
          PrecisionRecall.of(
              set.rows(of + ".real"), set.rows(of + ".generated"), expected.get("k").asInt());
      assertThat(result.atMost()).as(of).isEqualTo(counts(expected.at("/at_most/counts")));
      assertThat(result.below()).as(of).isEqualTo(counts(expected.at("/below/counts")));
      shares(result, result.atMost(), expected.get("at_most"));
      shares(result, result.below(), expected.get("below"));
      JsonNode prdc = expected.get("library.prdc");
      shares(result, result.below(), prdc);
      assertThat(result.density()).isCloseTo(number(prdc, "density"), within(FLOAT64));
      assertThat(result.coverage()).isCloseTo(number(prdc, "coverage"), within(FLOAT64));
      JsonNode fidelity = expected.get("library.torch-fidelity");
      assertThat(result.precision()).isCloseTo(number(fidelity, "precision"), within(FLOAT32));
      assertThat(result.recall()).isCloseTo(number(fidelity, "recall"), within(FLOAT32));
    }
  }

  private static BallCounts counts(JsonNode counts) {
    return new BallCounts(
        counts.get("generated_inside").asLong(),
        counts.get("real_inside").asLong(),
        counts.get("balls_over_generated").asLong(),
        counts.get("real_covered").asLong());
  }

  private static void shares(PrecisionRecall result, BallCounts counts, JsonNode expected) {
    assertThat(result.precision(counts)).isCloseTo(number(expected, "precision"), within(FLOAT64));
    assertThat(result.recall(counts)).isCloseTo(number(expected, "recall"), within(FLOAT64));
    assertThat(result.density(counts)).isCloseTo(number(expected, "density"), within(FLOAT64));
    assertThat(result.coverage(counts)).isCloseTo(number(expected, "coverage"), within(FLOAT64));
  }

  @Test
  void inceptionScoreIsThatOfTorchFidelity() {
    FeatureRows probabilities = set.rows("inception.probabilities");
    for (JsonNode expected : set.at("/inception_score/cases")) {
      int splits = expected.get("splits").asInt();
      InceptionScore score = InceptionScore.of(probabilities, splits);
      close(score.splits(), expected.get("per_split"));
      assertThat(score.mean()).isCloseTo(number(expected, "mean"), within(FLOAT64));
      assertThat(score.standardDeviation()).isCloseTo(number(expected, "std"), within(FLOAT64));
      JsonNode fidelity = expected.get("library.torch-fidelity");
      assertThat(score.mean()).isCloseTo(number(fidelity, "mean"), within(FLOAT64));
      assertThat(score.standardDeviation()).isCloseTo(number(fidelity, "std"), within(FLOAT64));
    }
  }

  // torchmetrics cuts by ceil(n / s) and divides by n - 1; the result has its own name here.
  @Test
  void scoreOfTorchmetricsIsThatOfFixedSizes() {
    FeatureRows probabilities = set.rows("inception.probabilities");
    for (JsonNode expected : set.at("/inception_score/cases")) {
      int splits = expected.get("splits").asInt();
      int size = (probabilities.rows() + splits - 1) / splits;
      InceptionScore score = InceptionScore.ofFixedSize(probabilities, size);
      JsonNode torchmetrics = expected.get("other.torchmetrics");
      assertThat(score.mean()).isCloseTo(number(torchmetrics, "mean"), within(FLOAT64));
      double deviation = number(torchmetrics, "std");
      if (Double.isNaN(deviation)) {
        assertThat(score.sampleStandardDeviation()).isNaN();
      } else {
        assertThat(score.sampleStandardDeviation()).isCloseTo(deviation, within(FLOAT64));
      }
    }
  }

  @Test
  void scoreOfFixedSizesIsThatOfTheAdmEvaluator() {
    FeatureRows probabilities = set.rows("inception.probabilities");
    int compared = 0;
    for (Map.Entry<String, JsonNode> entry : set.at("/inception_score").properties()) {
      Matcher fixed = FIXED.matcher(entry.getKey());
      if (fixed.matches()) {
        InceptionScore score =
            InceptionScore.ofFixedSize(probabilities, Integer.parseInt(fixed.group(1)));
        close(score.splits(), entry.getValue().get("per_split"));
        assertThat(score.mean()).isCloseTo(number(entry.getValue(), "mean"), within(FLOAT64));
        assertThat(score.mean())
            .isCloseTo(number(entry.getValue(), "library.guided-diffusion"), within(FLOAT64));
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  @Test
  void codebookUsageIsThatOfScipy() {
    JsonNode expected = set.at("/codes");
    CodebookUsage usage =
        CodebookUsage.of(
            expected.get("codebook_size").asInt(), List.of(set.integers("codes.indices")));
    assertThat(usage.used()).isEqualTo(expected.get("used").asInt());
    assertThat(usage.usage()).isEqualTo(number(expected, "usage"));
    assertThat(usage.entropy()).isCloseTo(number(expected, "entropy_nats"), within(FLOAT64));
    assertThat(usage.perplexity()).isCloseTo(number(expected, "perplexity"), within(FLOAT64));
    assertThat(usage.bitsPerToken()).isCloseTo(number(expected, "bits_per_token"), within(FLOAT64));
    assertThat(usage.fixedBitsPerToken())
        .isCloseTo(number(expected, "bits_per_token_fixed"), within(FLOAT64));
    assertThat(usage.bitsPerImage(64)).isCloseTo(64 * usage.bitsPerToken(), within(FLOAT64));
  }

  private static double number(JsonNode node, String name) {
    assertThat(node.has(name)).as("the set has %s", name).isTrue();
    return node.get(name).asDouble();
  }

  private static void close(List<Double> values, JsonNode expected) {
    assertThat(values).hasSize(expected.size());
    for (int i = 0; i < values.size(); i++) {
      assertThat(values.get(i)).isCloseTo(expected.get(i).asDouble(), within(FLOAT64));
    }
  }
}
