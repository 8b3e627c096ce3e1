package io.github.ideal4j.backbone;

import java.util.Arrays;

/**
 * Rotary positions of DINOv3: the centre of a patch, -1 to 1 in both directions, turns the first
 * half of a head's pairs by its height and the second by its width. Prefix tokens do not turn.
 *
 * @param cos {@code [prefix + tokens, headDim]}, both numbers of a pair alike
 * @param sin the same shape, minus the sine and the sine for the numbers of a pair
 */
@SuppressWarnings("ArrayRecordComponent") // private to the package and compared by nobody
record RotaryGrid(float[] cos, float[] sin) {

  static RotaryGrid of(VisionTransformerConfig config) {
    VisionArchitecture is = config.architecture();
    int dim = is.headDim();
    int prefix = is.prefix();
    float[] cos = new float[(prefix + config.tokens()) * dim];
    float[] sin = new float[cos.length];
    Arrays.fill(cos, 0, prefix * dim, 1f);
    int quarter = dim / 4;
    for (int token = 0; token < config.tokens(); token++) {
      // In float32, as the library computes them: what follows amplifies their last digits.
      float y = centre(token / config.columns(), config.rows());
      float x = centre(token % config.columns(), config.columns());
      for (int pair = 0; pair < dim / 2; pair++) {
        float along = pair < quarter ? y : x;
        float exponent = (float) (pair % quarter) * 4f / dim;
        float frequency = 1f / (float) Math.pow(is.ropeBase(), exponent);
        float angle = (float) (2 * Math.PI) * along * frequency;
        int at = (prefix + token) * dim + 2 * pair;
        cos[at] = (float) Math.cos(angle);
        cos[at + 1] = cos[at];
        sin[at + 1] = (float) Math.sin(angle);
        sin[at] = -sin[at + 1];
      }
    }
    return new RotaryGrid(cos, sin);
  }

  private static float centre(int index, int count) {
    return 2f * ((index + 0.5f) / count) - 1f;
  }
}
