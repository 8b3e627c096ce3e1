package io.github.ideal4j.evaluation.network;

/**
 * One number of a network beside the number it should be.
 *
 * @param name what was computed
 * @param expected published, or computed by an independent float64 implementation
 * @param got what this machine makes of it
 * @param tolerance how far apart they may be, 0 or more
 */
public record NetworkCheck(String name, double expected, double got, double tolerance) {

  public NetworkCheck {
    if (!(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "the tolerance of '%s' must be 0 or more, got %s".formatted(name, tolerance));
    }
  }

  /** How far apart they are. */
  public double difference() {
    return Math.abs(got - expected);
  }

  /** Whether they agree; what is not a number agrees with nothing. */
  public boolean passed() {
    return difference() <= tolerance;
  }
}
