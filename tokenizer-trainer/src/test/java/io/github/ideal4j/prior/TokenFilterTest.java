package io.github.ideal4j.prior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TokenFilterTest {

  private static final float[] LOGITS = {0, 3, 1, 2};

  @Test
  void topKKeepsTheLargest() {
    float[] probabilities = new TokenFilter(1, 2, 1).probabilities(LOGITS);
    assertThat(probabilities[0]).isZero();
    assertThat(probabilities[2]).isZero();
    assertThat(probabilities[1] + probabilities[3]).isEqualTo(1f);
  }

  @Test
  void topPKeepsTheTokenThatCrossesTheThreshold() {
    float[] probabilities = new TokenFilter(1, 0, 0.7).probabilities(LOGITS);
    assertThat(probabilities[1]).isPositive();
    assertThat(probabilities[3]).isPositive();
    assertThat(probabilities[2]).isZero();
  }

  @Test
  void aLowTemperatureSharpens() {
    assertThat(new TokenFilter(0.1, 0, 1).probabilities(LOGITS)[1])
        .isGreaterThan(TokenFilter.NONE.probabilities(LOGITS)[1]);
  }

  @Test
  void drawingFollowsTheRunningSum() {
    float[] probabilities = {0.25f, 0, 0.5f, 0.25f};
    assertThat(TokenFilter.draw(probabilities, 0)).isZero();
    assertThat(TokenFilter.draw(probabilities, 0.25f)).isEqualTo(2);
    assertThat(TokenFilter.draw(probabilities, 0.74f)).isEqualTo(2);
    assertThat(TokenFilter.draw(probabilities, 0.75f)).isEqualTo(3);
    assertThat(TokenFilter.draw(new float[] {0.5f, 0.49f, 0}, 0.995f)).isEqualTo(1);
  }

  @Test
  void settingsOutsideTheirRangeAreRefusedWithTheirValue() {
    assertThatThrownBy(() -> new TokenFilter(0, 0, 1)).hasMessageContaining("above 0, got 0.0");
    assertThatThrownBy(() -> new TokenFilter(1, -1, 1)).hasMessageContaining("got -1");
    assertThatThrownBy(() -> new TokenFilter(1, 0, 1.5)).hasMessageContaining("got 1.5");
  }
}
