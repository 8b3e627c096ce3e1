package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class InceptionScoreTest {

  @Test
  void sureAndDifferentAnswersScoreTheNumberOfClasses() {
    FeatureRows sure = FeatureRows.of(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3);
    assertThat(InceptionScore.of(sure, 1).mean()).isCloseTo(3, within(1e-12));
  }

  @Test
  void equalAnswersScoreOne() {
    FeatureRows equal = FeatureRows.of(new float[] {0.7f, 0.3f, 0.7f, 0.3f}, 2);
    InceptionScore score = InceptionScore.of(equal, 1);
    assertThat(score.mean()).isCloseTo(1, within(1e-7));
    assertThat(score.standardDeviation()).isZero();
    assertThat(score.sampleStandardDeviation()).isNaN();
  }

  @Test
  void splitsCoverAllImages() {
    FeatureRows rows = FeatureRows.of(new double[] {1, 0, 0, 1, 1, 0, 0, 1, 1, 0}, 2);
    assertThat(InceptionScore.of(rows, 2).splits()).hasSize(2);
    assertThat(InceptionScore.ofFixedSize(rows, 2).splits()).hasSize(3);
    assertThat(InceptionScore.ofFixedSize(rows, 5)).isEqualTo(InceptionScore.of(rows, 1));
  }

  @Test
  void logitsAreRefused() {
    FeatureRows logits = FeatureRows.of(new double[] {0.5, 0.5, 3, -2}, 2);
    assertThatThrownBy(() -> InceptionScore.of(logits, 1))
        .hasMessage(
            "row 1 sums to 1.0 with a least value of -2.0; probabilities are wanted, not logits");
  }

  @Test
  void moreSplitsThanImagesAreRefused() {
    FeatureRows rows = FeatureRows.of(new double[] {1, 0}, 2);
    assertThatThrownBy(() -> InceptionScore.of(rows, 2))
        .hasMessage("1 images cannot be split into 2 parts; give 1 to 1");
  }
}
