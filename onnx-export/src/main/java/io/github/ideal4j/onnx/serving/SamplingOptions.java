package io.github.ideal4j.onnx.serving;

/**
 * How tokens are drawn.
 *
 * @param guidance how much the class counts at each step
 * @param temperature divides the logits; 0 always takes the likeliest token
 * @param topK keeps the largest logits; 0 keeps all
 * @param topP then keeps the likeliest tokens until their sum exceeds this; 1 keeps all
 */
public record SamplingOptions(
    GuidanceSchedule guidance, double temperature, int topK, double topP) {

  /** The model as it is. */
  public static final SamplingOptions PLAIN = new SamplingOptions(1, 1, 0, 1);

  /** Checks every range. */
  public SamplingOptions {
    if (!(temperature >= 0 && temperature <= 100)) {
      throw new IllegalArgumentException(
          "temperature must be in [0, 100], got %s".formatted(temperature));
    }
    if (topK < 0) {
      throw new IllegalArgumentException("top-k must be at least 0 (all), got %d".formatted(topK));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p must be in (0, 1], got %s".formatted(topP));
    }
  }

  /**
   * With the same guidance at every step.
   *
   * @param guidance {@code logits = none + guidance * (class - none)}; 1 is without
   */
  public SamplingOptions(double guidance, double temperature, int topK, double topP) {
    this(GuidanceSchedule.constant(guidance), temperature, topK, topP);
  }

  /** The same with another guidance. */
  public SamplingOptions withGuidance(GuidanceSchedule newGuidance) {
    return new SamplingOptions(newGuidance, temperature, topK, topP);
  }

  /** The same with another temperature. */
  public SamplingOptions withTemperature(double newTemperature) {
    return new SamplingOptions(guidance, newTemperature, topK, topP);
  }
}
