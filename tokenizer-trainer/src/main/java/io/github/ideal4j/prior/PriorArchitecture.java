package io.github.ideal4j.prior;

/**
 * The part of a prior's shape that does not follow from its data.
 *
 * @param layers transformer blocks
 * @param dim width of the residual stream
 * @param heads attention heads
 * @param hiddenMultiple rounding of the feed-forward width
 * @param normEpsilon of every RMS norm
 * @param ropeBase slowest wave length of the rotary positions
 * @param classRope how the place of the class token is rotated
 * @see GptPriorConfig
 */
public record PriorArchitecture(
    int layers,
    int dim,
    int heads,
    int hiddenMultiple,
    double normEpsilon,
    double ropeBase,
    GptPriorConfig.ClassRope classRope) {

  private static final PriorData SMALLEST = new PriorData(1, 1, 1, 1, 1);

  /** Checks every range. */
  public PriorArchitecture {
    GptPriorConfig unused =
        new GptPriorConfig(
            layers,
            dim,
            heads,
            hiddenMultiple,
            SMALLEST.codebookSize(),
            SMALLEST.classes(),
            SMALLEST.rows(),
            SMALLEST.columns(),
            normEpsilon,
            ropeBase,
            classRope);
  }

  /** The whole shape for some data. */
  GptPriorConfig on(PriorData data) {
    return new GptPriorConfig(
        layers,
        dim,
        heads,
        hiddenMultiple,
        data.codebookSize(),
        data.classes(),
        data.rows(),
        data.columns(),
        normEpsilon,
        ropeBase,
        classRope);
  }
}
