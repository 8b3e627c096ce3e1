package io.github.ideal4j.backbone;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/**
 * Mean and deviation of every channel of a backbone's tokens.
 *
 * @param mean {@code [width]}
 * @param deviation {@code [width]}, positive
 */
public record ChannelStatistics(NDArray mean, NDArray deviation) {

  /** Tokens {@code [..., width]} brought to mean 0 and deviation 1. */
  public NDArray standard(NDArray tokens) {
    return tokens.sub(mean).div(deviation);
  }

  /** The way back: standardized tokens {@code [..., width]} as the backbone gives them. */
  public NDArray raw(NDArray tokens) {
    return tokens.mul(deviation).add(mean);
  }

  /** Whether tokens stay as they are. */
  public boolean isIdentity() {
    float[] ones = new float[Math.toIntExact(deviation.size())];
    Arrays.fill(ones, 1);
    return Arrays.equals(deviation.toFloatArray(), ones)
        && Arrays.equals(mean.toFloatArray(), new float[ones.length]);
  }
}
