package io.github.ideal4j.loss;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * SqueezeNet 1.1 (arXiv 1602.07360), after the stem and after six of the fire modules.
 *
 * @param weights by torchvision's names
 */
record LpipsSqueeze(Map<String, NDArray> weights) implements LpipsBackbone {

  // Fire modules in order; a pool stands before those that are named here, and those are looked at.
  private static final List<Integer> FIRES = List.of(3, 4, 6, 7, 9, 10, 11, 12);
  private static final List<Integer> POOL_BEFORE = List.of(3, 6, 9);
  private static final List<Integer> TAPS = List.of(4, 7, 9, 10, 11, 12);

  @Override
  public List<NDArray> taps(NDArray images) {
    List<NDArray> taps = new ArrayList<>();
    NDArray x = LpipsBackbone.relu(convolve(images, "features.0", 2, 0));
    taps.add(x);
    for (int fire : FIRES) {
      NDArray in = POOL_BEFORE.contains(fire) ? LpipsBackbone.pool(x, 3, true) : x;
      x = fire(in, "features.%d.".formatted(fire));
      if (TAPS.contains(fire)) {
        taps.add(x);
      }
    }
    return taps;
  }

  private NDArray fire(NDArray x, String name) {
    NDArray squeezed = LpipsBackbone.relu(convolve(x, name + "squeeze", 1, 0));
    NDArray narrow = convolve(squeezed, name + "expand1x1", 1, 0);
    NDArray wide = convolve(squeezed, name + "expand3x3", 1, 1);
    return LpipsBackbone.relu(narrow).concat(LpipsBackbone.relu(wide), 1);
  }

  private NDArray convolve(NDArray x, String name, long stride, long padding) {
    NDArray weight = weights.get(name + ".weight");
    return LpipsBackbone.convolve(x, weight, weights.get(name + ".bias"), stride, padding);
  }
}
