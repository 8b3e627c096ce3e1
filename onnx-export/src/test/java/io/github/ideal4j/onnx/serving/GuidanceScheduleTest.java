package io.github.ideal4j.onnx.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GuidanceScheduleTest {

  @Test
  void eachRuleGoesItsWay() {
    assertThat(GuidanceSchedule.constant(2).scales(3)).containsExactly(2, 2, 2);
    assertThat(GuidanceSchedule.parse("linear:3").scales(4)).containsExactly(1, 1.5f, 2, 2.5f);
    assertThat(GuidanceSchedule.parse("cosine:3").scales(2)).containsExactly(1, 2);
    assertThat(GuidanceSchedule.parse("interval:4:1").scales(4)).containsExactly(4, 4, 1, 1);
    assertThat(GuidanceSchedule.powerCosine(5, 0).scales(2)).containsExactly(5, 5);
  }

  @Test
  void whatIsOneEverywhereIsOff() {
    assertThat(GuidanceSchedule.constant(1).isOff(4)).isTrue();
    assertThat(GuidanceSchedule.parse("rar.cosine:0").isOff(4)).isTrue();
    assertThat(GuidanceSchedule.constant(0).isOff(4)).isFalse();
    assertThat(GuidanceSchedule.parse("cosine:2").isOff(4)).isFalse();
  }

  @Test
  void whatIsPrintedIsReadAgain() {
    for (String text :
        new String[] {"2", "1.5", "cosine:3", "power-cosine:16:2.75", "maskgen.linear:4"}) {
      assertThat(GuidanceSchedule.parse(text)).hasToString(text);
    }
  }

  @Test
  void wrongOnesAreRefusedWithWhatIsValid() {
    assertThatThrownBy(() -> GuidanceSchedule.parse("strong"))
        .hasMessageStartingWith("guidance 'strong' is neither a number nor NAME:SCALE[:PARAMETER]");
    assertThatThrownBy(() -> GuidanceSchedule.parse("square:2"))
        .hasMessageStartingWith("unknown guidance 'square'; valid are [constant, linear, cosine,");
    assertThatThrownBy(() -> GuidanceSchedule.parse("power-cosine:2"))
        .hasMessageContaining("'power-cosine' needs a second number");
    assertThatThrownBy(() -> GuidanceSchedule.constant(-1))
        .hasMessage("guidance must be in [0, 100], got -1.0");
  }
}
