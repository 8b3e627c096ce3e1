package io.github.ideal4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricSelfTestTest {

  @Test
  void everyMetricAgreesWithItsReference() {
    List<SelfTestCheck> checks = MetricSelfTest.run();
    assertThat(checks).hasSizeGreaterThan(15).allMatch(SelfTestCheck::passed);
    assertThat(checks).extracting(SelfTestCheck::name).doesNotHaveDuplicates();
  }

  @Test
  void differenceBeyondTheToleranceFails() {
    SelfTestCheck check = new SelfTestCheck("SSIM", 0.5, 0.6, 0.01);
    assertThat(check.passed()).isFalse();
    assertThat(check)
        .hasToString(
            "FAIL  SSIM: expected 0.500000000000, got 0.600000000000, difference 1.0e-01 of at most 1e-02");
  }

  @Test
  void valueThatIsNoNumberFails() {
    assertThat(new SelfTestCheck("FID", 1, Double.NaN, 1e9).passed()).isFalse();
    assertThat(new SelfTestCheck("PSNR", 1, Double.POSITIVE_INFINITY, 1e9).passed()).isFalse();
  }

  @Test
  void equalInfinitiesPass() {
    double infinite = Double.POSITIVE_INFINITY;
    assertThat(new SelfTestCheck("PSNR", infinite, infinite, 0).passed()).isTrue();
  }

  @Test
  void negativeToleranceIsRefused() {
    assertThatThrownBy(() -> new SelfTestCheck("SSIM", 1, 1, -1))
        .hasMessage("the tolerance of 'SSIM' must be at least 0, got -1.0");
  }
}
