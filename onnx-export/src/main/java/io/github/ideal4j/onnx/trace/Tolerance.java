package io.github.ideal4j.onnx.trace;

/**
 * How far ONNX Runtime may be from the block.
 *
 * @param absolute largest difference of a float, or
 * @param relative largest difference of a float as a part of the output's largest value
 * @param flips largest part of the integers that may differ: what a rounding or an argMax makes of
 *     float rounding near a tie
 */
public record Tolerance(double absolute, double relative, double flips) {

  /** Float32 rounding through a deep network, and one integer in a thousand. */
  public static final Tolerance FLOAT32 = new Tolerance(1e-5, 5e-5, 1e-3);

  /** Checks that nothing is negative. */
  public Tolerance {
    if (!(absolute >= 0 && relative >= 0 && flips >= 0 && flips < 1)) {
      throw new IllegalArgumentException(
          "tolerance must not be negative, got %s, %s, %s".formatted(absolute, relative, flips));
    }
  }
}
