package io.github.ideal4j.evaluation;

/**
 * Mean cosine between decoded features and the teacher's, token by token. With a centre, which is
 * subtracted from both sides, it measures what differs between tokens: features share a large
 * constant part, and a decoder that returns only this part already looks good without one.
 */
public final class CosineMeter {

  // As in PyTorch: the norms' product is at least this.
  private static final double SMALLEST_NORM = 1e-8;

  private final float[] centre;
  private long tokens;
  private double sum;

  private CosineMeter(float[] centre) {
    this.centre = centre;
  }

  /** Cosines of features as they are. */
  public static CosineMeter plain(int width) {
    return new CosineMeter(new float[width]);
  }

  /**
   * Cosines of features less a common mean.
   *
   * @param mean {@code [width]}, usually the mean of the teacher's training features
   */
  public static CosineMeter centred(float[] mean) {
    return new CosineMeter(mean.clone());
  }

  /**
   * Counts in tokens.
   *
   * @param decoded {@code [tokens * width]}
   * @param teacher {@code [tokens * width]}
   */
  public void add(float[] decoded, float[] teacher) {
    int width = centre.length;
    if (decoded.length != teacher.length || decoded.length % width != 0) {
      throw new IllegalArgumentException(
          "cannot compare %d decoded values with %d of the teacher in rows of %d"
              .formatted(decoded.length, teacher.length, width));
    }
    for (int row = 0; row < decoded.length; row += width) {
      sum += cosine(decoded, teacher, row);
      tokens++;
    }
  }

  private double cosine(float[] decoded, float[] teacher, int row) {
    double product = 0;
    double decodedSquare = 0;
    double teacherSquare = 0;
    for (int i = 0; i < centre.length; i++) {
      double a = (double) decoded[row + i] - centre[i];
      double b = (double) teacher[row + i] - centre[i];
      product += a * b;
      decodedSquare += a * a;
      teacherSquare += b * b;
    }
    return product / Math.max(Math.sqrt(decodedSquare * teacherSquare), SMALLEST_NORM);
  }

  /** The mean so far, -1 to 1. */
  public double result() {
    if (tokens == 0) {
      throw new IllegalStateException("no token was compared");
    }
    return sum / tokens;
  }
}
