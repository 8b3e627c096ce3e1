package io.github.ideal4j.backbone;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;
import java.util.Arrays;

/** Activations of published vision transformers, by the names of the transformers library. */
public enum Activation {
  GELU("gelu") {
    @Override
    NDArray apply(NDArray x) {
      return TorchOps.gelu(x);
    }
  },
  GELU_TANH("gelu_pytorch_tanh") {
    @Override
    NDArray apply(NDArray x) {
      return TorchOps.geluTanh(x);
    }
  },
  QUICK_GELU("quick_gelu") {
    @Override
    NDArray apply(NDArray x) {
      return TorchOps.scale(TorchOps.silu(TorchOps.scale(x, SHARPNESS)), 1 / SHARPNESS);
    }
  },
  SILU("silu") {
    @Override
    NDArray apply(NDArray x) {
      return TorchOps.silu(x);
    }
  };

  /** Quick GELU is {@code x sigmoid(1.702 x)}. */
  private static final double SHARPNESS = 1.702;

  private final String published;

  Activation(String published) {
    this.published = published;
  }

  /** {@code f(x)}, element by element. */
  abstract NDArray apply(NDArray x);

  /**
   * The activation of a name.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static Activation of(String name) {
    return Arrays.stream(values())
        .filter(activation -> activation.published.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown hidden_act '%s'; known are %s"
                        .formatted(name, Arrays.stream(values()).map(a -> a.published).toList())));
  }
}
