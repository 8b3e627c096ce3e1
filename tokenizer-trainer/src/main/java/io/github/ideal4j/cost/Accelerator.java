package io.github.ideal4j.cost;

/**
 * A GPU by its data sheet, and the share of its speed that a training is assumed to reach.
 *
 * @param name of it
 * @param bytes of memory
 * @param float32 FLOP/s with plain float32 products
 * @param bfloat16 FLOP/s with bfloat16 products, dense
 * @param ofFloat32 share of the first that is assumed
 * @param ofBfloat16 share of the second
 */
public record Accelerator(
    String name,
    double bytes,
    double float32,
    double bfloat16,
    double ofFloat32,
    double ofBfloat16) {

  /**
   * H100 SXM, 80 GB, by NVIDIA's data sheet; 40 % is what well-kept trainings report, 14 % what
   * {@code ideal-384} reached in bfloat16 on an H200, which computes as fast.
   */
  public static final Accelerator H100 = new Accelerator("H100", 80e9, 67e12, 989e12, 0.4, 0.14);

  private static final double SECONDS_A_DAY = 86_400;

  /** Days that some work takes with float32 products. */
  public double daysInFloat32(double flop) {
    return flop / (float32 * ofFloat32 * SECONDS_A_DAY);
  }

  /** Days that some work takes with bfloat16 products. */
  public double daysInBfloat16(double flop) {
    return flop / (bfloat16 * ofBfloat16 * SECONDS_A_DAY);
  }
}
