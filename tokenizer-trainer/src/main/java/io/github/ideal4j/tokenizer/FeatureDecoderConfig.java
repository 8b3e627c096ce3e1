package io.github.ideal4j.tokenizer;

/**
 * The transformer from codes to features.
 *
 * @param layers pre-norm layers
 * @param heads of attention
 * @param mlp hidden width of a layer
 * @param classToken whether a class token stands before the patches
 * @param registers register tokens after the patches
 * @param dropout probability in training, on attention's output and in the layers' hidden units
 */
public record FeatureDecoderConfig(
    int layers, int heads, int mlp, boolean classToken, int registers, double dropout) {

  public FeatureDecoderConfig {
    if (layers < 0 || heads < 1 || mlp < 1 || registers < 0) {
      throw new IllegalArgumentException(
          "a feature decoder needs layers >= 0, heads and mlp >= 1, registers >= 0, got %d, %d, %d, %d"
              .formatted(layers, heads, mlp, registers));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "features.dropout must be in [0, 1), got %s".formatted(dropout));
    }
  }
}
