package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.Scopes;
import io.github.ideal4j.torch.TorchOps;
import java.util.List;

/**
 * How the layers of {@link Inception} are put together, from tap to tap. Branches are joined in the
 * order conv, tower, tower_1, pool.
 *
 * @param layers named as in the shipped file
 */
record InceptionGraph(FrozenLayers layers) {

  private static final int SPATIAL_CHANNELS = 7;
  private static final int NINE = 9;
  private static final Shape THREE = new Shape(3, 3);
  private static final Shape TWO = new Shape(2, 2);
  private static final Shape ONE = new Shape(1, 1);
  private static final Shape NONE = new Shape(0, 0);

  /**
   * From the tap before to this one.
   *
   * @param x what the tap before gave; for the first, images {@code [batch, 3, 299, 299]}, -1 to 1
   * @return {@code [batch, channels, height, width]}
   */
  NDArray advance(NDArray x, InceptionTap tap) {
    return switch (tap) {
      case POOL_64 -> Scopes.within(x, this::stem); // [batch, 64, 73, 73]
      case POOL_192 -> Scopes.within(x, this::secondStem); // [batch, 192, 35, 35]
      case SPATIAL -> toMixed5(x); // [batch, 768, 17, 17]
      case POOL_768 -> {
        NDArray y = Scopes.within(x, z -> tall(z, "mixed_6"));
        yield Scopes.within(y, z -> tall(z, "mixed_7")); // [batch, 768, 17, 17]
      }
      case POOL_1280 -> Scopes.within(x, this::toEight); // [batch, 1280, 8, 8]
      case POOL_2048 -> {
        NDArray y = Scopes.within(x, z -> last(z, "mixed_9", meanPool(z)));
        yield Scopes.within(
            y, z -> last(z, "mixed_10", maxPool(z, ONE, ONE))); // [batch, 2048, 8, 8]
      }
      case PROBABILITIES -> x;
    };
  }

  /** The features at a tap, {@code [batch, width]}, of what {@link #advance} gave for it. */
  NDArray read(NDArray x, InceptionTap tap) {
    return switch (tap) {
      case POOL_64, POOL_192, POOL_768, POOL_1280, POOL_2048 -> average(x);
      case SPATIAL ->
          same(x, "mixed_6_conv")
              .get(":, :" + SPATIAL_CHANNELS)
              .reshape(x.getShape().get(0), tap.width());
      case PROBABILITIES ->
          TorchOps.linear(average(x), layers.get(InceptionWeights.SOFTMAX), null).softmax(1);
    };
  }

  private NDArray stem(NDArray x) {
    NDArray y = valid(x, "conv", 2); // [batch, 32, 149, 149]
    y = valid(y, "conv_1", 1); // [batch, 32, 147, 147]
    return maxPool(same(y, "conv_2"), TWO, NONE);
  }

  private NDArray secondStem(NDArray x) {
    return maxPool(valid(same(x, "conv_3"), "conv_4", 1), TWO, NONE);
  }

  private NDArray toMixed5(NDArray x) {
    NDArray y = x;
    for (String name : List.of("mixed", "mixed_1", "mixed_2")) {
      y = Scopes.within(y, z -> wide(z, name)); // [batch, 256 or 288, 35, 35]
    }
    y = Scopes.within(y, this::toSeventeen); // [batch, 768, 17, 17]
    y = Scopes.within(y, z -> tall(z, "mixed_4"));
    return Scopes.within(y, z -> tall(z, "mixed_5"));
  }

  private NDArray wide(NDArray x, String name) {
    return joined(
        same(x, name + "_conv"),
        tower(x, name + "_tower", 2),
        tower(x, name + "_tower_1", 3),
        same(meanPool(x), name + "_tower_2_conv"));
  }

  private NDArray toSeventeen(NDArray x) {
    NDArray tower = tower(x, "mixed_3_tower", 2);
    return joined(
        valid(x, "mixed_3_conv", 2),
        valid(tower, "mixed_3_tower_conv_2", 2),
        maxPool(x, TWO, NONE));
  }

  private NDArray tall(NDArray x, String name) {
    return joined(
        same(x, name + "_conv"),
        tower(x, name + "_tower", 3),
        tower(x, name + "_tower_1", 5),
        same(meanPool(x), name + "_tower_2_conv"));
  }

  private NDArray toEight(NDArray x) {
    NDArray first = tower(x, "mixed_8_tower", 1);
    NDArray second = tower(x, "mixed_8_tower_1", 3);
    return joined(
        valid(first, "mixed_8_tower_conv_1", 2),
        valid(second, "mixed_8_tower_1_conv_3", 2),
        maxPool(x, TWO, NONE));
  }

  /** The blocks whose towers end in a pair of convolutions side by side. */
  NDArray last(NDArray x, String name, NDArray pooled) {
    NDArray first = tower(x, name + "_tower", 1);
    NDArray second = tower(x, name + "_tower_1", 2);
    return joined(
        same(x, name + "_conv"),
        same(first, name + "_tower_mixed_conv"),
        same(first, name + "_tower_mixed_conv_1"),
        same(second, name + "_tower_1_mixed_conv"),
        same(second, name + "_tower_1_mixed_conv_1"),
        same(pooled, name + "_tower_2_conv"));
  }

  /** Convolutions one after the other: {@code name_conv}, {@code name_conv_1} and so on. */
  private NDArray tower(NDArray x, String name, int count) {
    NDArray y = same(x, name + "_conv");
    for (int i = 1; i < count; i++) {
      y = same(y, "%s_conv_%d".formatted(name, i));
    }
    return y;
  }

  private NDArray same(NDArray x, String layer) {
    return FrozenLayers.relu(layers.same(x, layer));
  }

  private NDArray valid(NDArray x, String layer, int stride) {
    return FrozenLayers.relu(layers.convolve(x, layer, stride, NONE));
  }

  private static NDArray maxPool(NDArray x, Shape stride, Shape padding) {
    return x.getNDArrayInternal().maxPool(THREE, stride, padding, false);
  }

  /**
   * The mean of the 3 x 3 neighbours that exist. The engine's binding divides by 9 at the border
   * too, whatever it is told, so that is made good.
   */
  static NDArray meanPool(NDArray x) {
    NDArray ninths = x.getNDArrayInternal().avgPool(THREE, ONE, ONE, false, true);
    int height = Math.toIntExact(x.getShape().get(2));
    int width = Math.toIntExact(x.getShape().get(3));
    float[] factors = new float[height * width];
    for (int i = 0; i < factors.length; i++) {
      int there = neighbours(i / width, height) * neighbours(i % width, width);
      factors[i] = (float) NINE / there;
    }
    return ninths.mul(NamedArrays.of(factors, new Shape(1, 1, height, width), x.getManager()));
  }

  /** How many of a place, the one before and the one after exist. */
  private static int neighbours(int at, int size) {
    return 1 + (at > 0 ? 1 : 0) + (at < size - 1 ? 1 : 0);
  }

  private static NDArray joined(NDArray... branches) {
    return NDArrays.concat(new NDList(branches), 1);
  }

  /** The mean over space: {@code [batch, channels]}. */
  private static NDArray average(NDArray x) {
    return x.mean(new int[] {3}).mean(new int[] {2});
  }
}
