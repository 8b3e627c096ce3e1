package io.github.ideal4j.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * LPIPS version 0.1 on SqueezeNet 1.1 (arXiv 1801.03924): how differently two images are perceived.
 * Frozen. The weights come with this module.
 *
 * <p>Images are {@code [batch, 3, height, width]} in -1 to 1, at least 32 pixels a side.
 */
public final class Lpips implements AutoCloseable {

  private static final String WEIGHTS = "lpips_squeeze_v0.1.safetensors";
  private static final float[] SHIFT = {-.030f, -.088f, -.188f};
  private static final float[] SCALE = {.458f, .448f, .450f};
  private static final double NORM_FLOOR = 1e-10;
  private static final double SQUARE_FLOOR = 1e-12;

  // Fire modules in order; a pool stands before those that are named here, and those are looked at.
  private static final List<Integer> FIRES = List.of(3, 4, 6, 7, 9, 10, 11, 12);
  private static final List<Integer> POOL_BEFORE = List.of(3, 6, 9);
  private static final List<Integer> TAPS = List.of(4, 7, 9, 10, 11, 12);

  private final NDManager manager;
  private final Map<String, NDArray> weights = new HashMap<>();
  private final NDArray shift;
  private final NDArray scale;

  private Lpips(NDManager manager) {
    this.manager = manager;
    shift = NamedArrays.of(SHIFT, new Shape(1, 3, 1, 1), manager);
    scale = NamedArrays.of(SCALE, new Shape(1, 3, 1, 1), manager);
  }

  /**
   * Loads the network.
   *
   * @param manager on the device of the computation; its child owns the weights
   */
  public static Lpips load(NDManager manager) {
    Lpips lpips = new Lpips(manager.newSubManager());
    try (InputStream in = Lpips.class.getResourceAsStream(WEIGHTS)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + WEIGHTS);
      }
      SafetensorsFile file = SafetensorsFile.read(in, WEIGHTS);
      for (String name : file.names()) {
        lpips.weights.put(name, NamedArrays.read(file, name, lpips.manager));
      }
      return lpips;
    } catch (IOException e) {
      lpips.close();
      throw new UncheckedIOException(e);
    }
  }

  /** The distance of each pair: {@code [batch]}. */
  public NDArray distance(NDArray x, NDArray y) {
    NDArray total = null;
    for (NDArray layer : layers(x, y)) {
      total = total == null ? layer : total.add(layer);
    }
    return total;
  }

  /** What each of the seven layers adds to the distance: {@code [batch]} each. */
  List<NDArray> layers(NDArray x, NDArray y) {
    List<NDArray> first = taps(x);
    List<NDArray> second = taps(y);
    List<NDArray> layers = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      NDArray difference = unit(first.get(i)).sub(unit(second.get(i))).square();
      layers.add(mean(weighted(difference, i)).squeeze(1));
    }
    return layers;
  }

  /**
   * The mean distance, for training. The same number with fewer passes over memory, since for
   * features p and unit features q, {@code w (p/|p| - q)^2 = w p^2 / |p|^2 - 2 (w q) p / |p| + w
   * q^2}.
   *
   * @param x gets gradients
   * @param y gets none
   * @return {@code []}
   */
  public NDArray loss(NDArray x, NDArray y) {
    List<NDArray> moving = taps(x);
    List<NDArray> fixed = taps(y.stopGradient());
    NDArray total = null;
    for (int i = 0; i < moving.size(); i++) {
      NDArray layer = layerLoss(moving.get(i), unit(fixed.get(i)).stopGradient(), i);
      total = total == null ? layer : total.add(layer);
    }
    return total;
  }

  private NDArray layerLoss(NDArray p, NDArray q, int layer) {
    NDArray weight = weights.get("lin%d.weight".formatted(layer));
    NDArray ones = weight.onesLike();
    NDArray both = ones.concat(weight, 0); // [2, channels, 1, 1]
    NDArray squares = convolve(p.square(), both, null, 1, 0); // [batch, 2, height, width]
    NDArray inverse = TorchOps.addScalar(squares.get(":, :1"), SQUARE_FLOOR).sqrt();
    NDArray own = squares.get(":, 1:").div(inverse.square());
    NDArray shared = p.mul(q.mul(weight)).sum(new int[] {1}, true).div(inverse);
    NDArray other = weighted(q.square(), layer);
    return own.sub(TorchOps.scale(shared, 2)).add(other).mean();
  }

  /** {@code [batch, channels, h, w]} to {@code [batch, 1, h, w]}. */
  private NDArray weighted(NDArray x, int layer) {
    return convolve(x, weights.get("lin%d.weight".formatted(layer)), null, 1, 0);
  }

  private static NDArray mean(NDArray x) {
    return x.mean(new int[] {3}).mean(new int[] {2});
  }

  private static NDArray unit(NDArray x) {
    NDArray norm = x.square().sum(new int[] {1}, true).sqrt();
    return x.div(TorchOps.addScalar(norm, NORM_FLOOR));
  }

  /** Features after the stem and after six of the fire modules. */
  private List<NDArray> taps(NDArray images) {
    List<NDArray> taps = new ArrayList<>();
    NDArray x = images.sub(shift).div(scale);
    x = relu(convolve(x, weight("features.0"), bias("features.0"), 2, 0));
    taps.add(x);
    for (int fire : FIRES) {
      x = fire(POOL_BEFORE.contains(fire) ? pool(x) : x, "features.%d.".formatted(fire));
      if (TAPS.contains(fire)) {
        taps.add(x);
      }
    }
    return taps;
  }

  private NDArray fire(NDArray x, String name) {
    NDArray squeezed = relu(convolve(x, weight(name + "squeeze"), bias(name + "squeeze"), 1, 0));
    NDArray narrow = convolve(squeezed, weight(name + "expand1x1"), bias(name + "expand1x1"), 1, 0);
    NDArray wide = convolve(squeezed, weight(name + "expand3x3"), bias(name + "expand3x3"), 1, 1);
    return relu(narrow).concat(relu(wide), 1);
  }

  /** Max pooling, 3 x 3 with stride 2, that rounds the size up. */
  private static NDArray pool(NDArray x) {
    return x.getNDArrayInternal().maxPool(new Shape(3, 3), new Shape(2, 2), new Shape(0, 0), true);
  }

  private NDArray weight(String name) {
    return weights.get(name + ".weight");
  }

  private NDArray bias(String name) {
    return weights.get(name + ".bias");
  }

  private static NDArray relu(NDArray x) {
    return x.getNDArrayInternal().relu();
  }

  private static NDArray convolve(
      NDArray x, NDArray weight, NDArray bias, long stride, long padding) {
    return x.getNDArrayInternal()
        .convolution(
            x,
            weight,
            bias,
            new Shape(stride, stride),
            new Shape(padding, padding),
            new Shape(1, 1),
            1)
        .singletonOrThrow();
  }

  @Override
  public void close() {
    manager.close();
  }
}
