package io.github.ideal4j.pipeline.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuickstartPlanTest {

  private static final int PHOTOGRAPHS = 2477;

  @TempDir Path folder;

  @Test
  void aFastMachineMakesAllSteps() {
    QuickstartPlan plan = QuickstartPlan.of(15);
    assertThat(plan.fitted(0.5, PHOTOGRAPHS)).isEqualTo(plan);
    assertThat(plan.fitted(1.2, PHOTOGRAPHS)).isEqualTo(plan);
  }

  @Test
  void aMachineOfHalfThePaceMakesAboutHalfTheStepsOnTheSamePhotographs() {
    QuickstartPlan plan = QuickstartPlan.of(15).fitted(2.2, PHOTOGRAPHS);
    assertThat(plan.share()).isBetween(0.4, 0.6);
    assertThat(plan.tokenizerSteps()).isEqualTo((int) Math.round(1900 * plan.share()));
    assertThat(plan.priorSteps()).isEqualTo((int) Math.round(500 * plan.share()));
    assertThat(plan.trainEvery()).isEqualTo(3);
  }

  @Test
  void someTrainingRemainsOnTheSlowestMachine() {
    assertThat(QuickstartPlan.of(15).fitted(100, PHOTOGRAPHS).tokenizerSteps()).isEqualTo(95);
  }

  @ParameterizedTest
  @ValueSource(doubles = {30, 60, 120})
  void longerBudgetsTakeMorePhotographsAndSteps(double minutes) {
    QuickstartPlan plan = QuickstartPlan.of(minutes);
    assertThat(plan.tokenizerSteps()).isEqualTo((int) (1900 * minutes / 15));
    assertThat(plan.trainEvery()).isLessThan(3).isPositive();
  }

  @Test
  void whatWasBegunGoesOnWithItsPlan() throws IOException {
    QuickstartPlan begun = QuickstartPlan.of(15).fitted(2, PHOTOGRAPHS);
    assertThat(begun.keptIn(folder)).isEqualTo(begun);
    assertThat(QuickstartPlan.of(15).keptIn(folder)).isEqualTo(begun);
    assertThatThrownBy(() -> QuickstartPlan.of(30).keptIn(folder))
        .hasMessageContaining("begun with --budget 15.0");
  }
}
