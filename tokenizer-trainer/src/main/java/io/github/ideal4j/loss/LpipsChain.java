package io.github.ideal4j.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network that is convolutions and pools one after the other: AlexNet (torchvision's, arXiv
 * 1404.5997) and VGG16 (arXiv 1409.1556).
 *
 * @param plan its convolutions in order
 * @param weights by torchvision's names
 */
record LpipsChain(List<Step> plan, Map<String, NDArray> weights) implements LpipsBackbone {

  /**
   * A convolution with its ReLU.
   *
   * @param index in torchvision's {@code features}
   * @param shape of the weight, {@code [out, in, side, side]}
   * @param stride of the convolution
   * @param pool side of the max pool before it, 0 for none
   * @param tapped whether LPIPS looks at what comes out
   */
  record Step(int index, Shape shape, int stride, int pool, boolean tapped) {

    String weight() {
      return "features.%d.weight".formatted(index);
    }

    String bias() {
      return "features.%d.bias".formatted(index);
    }

    /** Half the kernel, but AlexNet's first, 11 wide, has 2. */
    long padding() {
      return shape.get(2) == 11 ? 2 : shape.get(2) / 2;
    }
  }

  private static final List<Step> ALEX =
      List.of(
          step(0, 64, 3, 11, 4, 0, true),
          step(3, 192, 64, 5, 1, 3, true),
          step(6, 384, 192, 3, 1, 3, true),
          step(8, 256, 384, 3, 1, 0, true),
          step(10, 256, 256, 3, 1, 0, true));

  private static final List<Step> VGG =
      List.of(
          step(0, 64, 3, 3, 1, 0, false),
          step(2, 64, 64, 3, 1, 0, true),
          step(5, 128, 64, 3, 1, 2, false),
          step(7, 128, 128, 3, 1, 0, true),
          step(10, 256, 128, 3, 1, 2, false),
          step(12, 256, 256, 3, 1, 0, false),
          step(14, 256, 256, 3, 1, 0, true),
          step(17, 512, 256, 3, 1, 2, false),
          step(19, 512, 512, 3, 1, 0, false),
          step(21, 512, 512, 3, 1, 0, true),
          step(24, 512, 512, 3, 1, 2, false),
          step(26, 512, 512, 3, 1, 0, false),
          step(28, 512, 512, 3, 1, 0, true));

  private static Step step(
      int index, int out, int in, int side, int stride, int pool, boolean tapped) {
    return new Step(index, new Shape(out, in, side, side), stride, pool, tapped);
  }

  /** The convolutions of a network. */
  static List<Step> plan(LpipsNetwork network) {
    return switch (network) {
      case ALEX -> ALEX;
      case VGG -> VGG;
      case SQUEEZE -> throw new IllegalArgumentException("SqueezeNet is no chain");
    };
  }

  @Override
  public List<NDArray> taps(NDArray images) {
    List<NDArray> taps = new ArrayList<>();
    NDArray x = images;
    for (Step step : plan) {
      NDArray in = step.pool() == 0 ? x : LpipsBackbone.pool(x, step.pool(), false);
      NDArray weight = weights.get(step.weight());
      NDArray bias = weights.get(step.bias());
      x =
          LpipsBackbone.relu(
              LpipsBackbone.convolve(in, weight, bias, step.stride(), step.padding()));
      if (step.tapped()) {
        taps.add(x);
      }
    }
    return taps;
  }
}
