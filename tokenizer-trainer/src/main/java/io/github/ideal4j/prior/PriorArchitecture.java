package io.github.ideal4j.prior;

/**
 * The part of a prior's shape that does not follow from its data.
 *
 * @param kind which model; what the other one has is not looked at
 * @param layers transformer blocks
 * @param dim width of the residual stream
 * @param heads attention heads
 * @param hidden width of the feed-forward part; 0 for what is usual: of a GPT {@code 2/3 * 4 dim},
 *     rounded up to {@code hiddenMultiple}, of RAR {@code 4 dim}
 * @param hiddenMultiple rounding of that width in a GPT
 * @param normEpsilon of every norm
 * @param ropeBase slowest wave length of a GPT's rotary positions
 * @param classRope how the place of a GPT's class token is rotated
 * @param targetPositions whether a GPT can be trained in random order; RAR always can
 * @see GptPriorConfig
 * @see RarPriorConfig
 */
public record PriorArchitecture(
    Kind kind,
    int layers,
    int dim,
    int heads,
    int hidden,
    int hiddenMultiple,
    double normEpsilon,
    double ropeBase,
    GptPriorConfig.ClassRope classRope,
    boolean targetPositions) {

  private static final PriorData SMALLEST = new PriorData(1, 1, 1, 1, 1);

  /** The models. */
  public enum Kind {
    /** LlamaGen's, {@link GptPrior}. */
    GPT,
    /** RAR's, {@link RarPrior}. */
    RAR
  }

  /** Checks every range. */
  public PriorArchitecture {
    if (hidden < 0) {
      throw new IllegalArgumentException("hidden must be at least 0, got %d".formatted(hidden));
    }
    PriorConfig unused =
        on(
            SMALLEST,
            kind,
            layers,
            dim,
            heads,
            hidden,
            hiddenMultiple,
            normEpsilon,
            ropeBase,
            classRope,
            targetPositions);
  }

  /** Whether it can be trained in random order. */
  public boolean takesOrders() {
    return kind == Kind.RAR || targetPositions;
  }

  /** The whole shape for some data. */
  PriorConfig on(PriorData data) {
    return on(
        data,
        kind,
        layers,
        dim,
        heads,
        hidden,
        hiddenMultiple,
        normEpsilon,
        ropeBase,
        classRope,
        targetPositions);
  }

  private static PriorConfig on(
      PriorData data,
      Kind kind,
      int layers,
      int dim,
      int heads,
      int hidden,
      int hiddenMultiple,
      double normEpsilon,
      double ropeBase,
      GptPriorConfig.ClassRope classRope,
      boolean targetPositions) {
    return switch (kind) {
      case GPT ->
          new GptPriorConfig(
              layers,
              dim,
              heads,
              hidden == 0 ? GptPriorConfig.usualHidden(dim, hiddenMultiple) : hidden,
              data,
              normEpsilon,
              ropeBase,
              classRope,
              targetPositions);
      case RAR ->
          new RarPriorConfig(layers, dim, heads, hidden == 0 ? 4 * dim : hidden, data, normEpsilon);
    };
  }
}
