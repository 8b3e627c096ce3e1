package io.github.ideal4j.evaluation;

import java.util.Locale;

/**
 * One number of a self-test: what was expected, and what came out here.
 *
 * @param name of what was computed: {@code "SSIM of a noisy photograph"}
 * @param expected the reference value
 * @param got the value here
 * @param tolerance the largest difference that passes, at least 0
 */
public record SelfTestCheck(String name, double expected, double got, double tolerance) {
  public SelfTestCheck {
    if (!(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "the tolerance of '%s' must be at least 0, got %s".formatted(name, tolerance));
    }
  }

  /** How far the value is from the reference; NaN if it is not a number. */
  public double difference() {
    return expected == got ? 0 : Math.abs(expected - got);
  }

  /** Whether the value is near enough. */
  public boolean passed() {
    return difference() <= tolerance;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s  %s: expected %.12g, got %.12g, difference %.1e of at most %.0e",
        passed() ? "ok  " : "FAIL",
        name,
        expected,
        got,
        difference(),
        tolerance);
  }
}
