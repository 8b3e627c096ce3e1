package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CosineMeterTest {

  @Test
  void cosineIsTheMeanOverTokens() {
    CosineMeter meter = CosineMeter.plain(2);
    meter.add(new float[] {1, 0, 3, 4}, new float[] {2, 0, 4, 3});
    assertThat(meter.result()).isCloseTo((1 + 24 / 25.0) / 2, within(1e-12));
  }

  // A decoder that returns nothing but the teacher's mean has learnt nothing.
  @Test
  void centreTakesTheCommonPartAway() {
    float[] mean = {100, 100};
    float[] teacher = {101, 100};
    float[] decoded = {100, 101};
    CosineMeter plain = CosineMeter.plain(2);
    plain.add(decoded, teacher);
    assertThat(plain.result()).isGreaterThan(0.99);
    CosineMeter centred = CosineMeter.centred(mean);
    centred.add(decoded, teacher);
    assertThat(centred.result()).isCloseTo(0, within(1e-12));
  }

  @Test
  void rowsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> CosineMeter.plain(3).add(new float[4], new float[4]))
        .hasMessageContaining("4 decoded values with 4 of the teacher in rows of 3");
  }
}
