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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * LPIPS version 0.1 (arXiv 1801.03924): how differently two images are perceived. Frozen. With
 * SqueezeNet 1.1 all weights come with this module; for AlexNet and VGG16 only the linear heads do,
 * and the user brings torchvision's backbone as safetensors.
 *
 * <p>Images are {@code [batch, 3, height, width]} in -1 to 1, at least 32 pixels a side.
 */
public final class Lpips implements AutoCloseable {

  private static final String SQUEEZE = "lpips_squeeze_v0.1.safetensors";
  private static final String HEADS = "lpips_heads_alex_vgg_v0.1.safetensors";
  private static final float[] SHIFT = {-.030f, -.088f, -.188f};
  private static final float[] SCALE = {.458f, .448f, .450f};
  private static final double NORM_FLOOR = 1e-10;
  private static final double SQUARE_FLOOR = 1e-12;

  private final NDManager manager;
  private final LpipsNetwork network;
  private final Map<String, NDArray> weights = new HashMap<>();
  private final LpipsBackbone backbone;
  private final NDArray shift;
  private final NDArray scale;

  private Lpips(LpipsNetwork network, NDManager manager) {
    this.manager = manager;
    this.network = network;
    backbone =
        network == LpipsNetwork.SQUEEZE
            ? new LpipsSqueeze(weights)
            : new LpipsChain(LpipsChain.plan(network), weights);
    shift = NamedArrays.of(SHIFT, new Shape(1, 3, 1, 1), manager);
    scale = NamedArrays.of(SCALE, new Shape(1, 3, 1, 1), manager);
  }

  /**
   * Loads the network on SqueezeNet.
   *
   * @param manager on the device of the computation; its child owns the weights
   */
  public static Lpips load(NDManager manager) {
    Lpips lpips = new Lpips(LpipsNetwork.SQUEEZE, manager.newSubManager());
    try {
      lpips.putResource(SQUEEZE, "");
      return lpips;
    } catch (IOException e) {
      lpips.close();
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Loads the network on a backbone of the user's.
   *
   * @param network {@link LpipsNetwork#ALEX} or {@link LpipsNetwork#VGG}
   * @param file safetensors with torchvision's names, {@code features.0.weight} and so on; may hold
   *     the classifier too
   * @param manager on the device of the computation; its child owns the weights
   * @throws IOException if the file cannot be read or is of another network; the message names the
   *     tensor
   */
  public static Lpips load(LpipsNetwork network, Path file, NDManager manager) throws IOException {
    if (network == LpipsNetwork.SQUEEZE) {
      throw new IllegalArgumentException(
          "SQUEEZE comes with the module; a backbone is read for ALEX and VGG");
    }
    Lpips lpips = new Lpips(network, manager.newSubManager());
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      lpips.putResource(HEADS, network.label() + ".");
      for (LpipsChain.Step step : LpipsChain.plan(network)) {
        lpips.putChecked(file, tensors, step.weight(), step.shape());
        lpips.putChecked(file, tensors, step.bias(), new Shape(step.shape().get(0)));
      }
      return lpips;
    } catch (IOException | RuntimeException e) {
      lpips.close();
      throw e;
    }
  }

  /** Takes the tensors of a resource whose names have a prefix, without it. */
  private void putResource(String resource, String prefix) throws IOException {
    try (InputStream in = Lpips.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + resource);
      }
      SafetensorsFile file = SafetensorsFile.read(in, resource);
      for (String name : file.names()) {
        if (name.startsWith(prefix)) {
          weights.put(name.substring(prefix.length()), NamedArrays.read(file, name, manager));
        }
      }
    }
  }

  private void putChecked(Path file, SafetensorsFile tensors, String name, Shape shape)
      throws IOException {
    if (!tensors.has(name)) {
      throw new IOException(
          "%s is no %s backbone of LPIPS: it lacks tensor '%s'"
              .formatted(file, network.label(), name));
    }
    Shape found = new Shape(tensors.shape(name));
    if (!found.equals(shape)) {
      throw new IOException(
          "%s is no %s backbone of LPIPS: tensor '%s' has the shape %s, not %s"
              .formatted(file, network.label(), name, found, shape));
    }
    weights.put(name, NamedArrays.read(tensors, name, manager));
  }

  /** Which network looks at the images. */
  public LpipsNetwork network() {
    return network;
  }

  /** The distance of each pair: {@code [batch]}. */
  public NDArray distance(NDArray x, NDArray y) {
    NDArray total = null;
    for (NDArray layer : layers(x, y)) {
      total = total == null ? layer : total.add(layer);
    }
    return total;
  }

  /** What each layer adds to the distance: {@code [batch]} each. */
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
    NDArray squares =
        LpipsBackbone.convolve(p.square(), both, null, 1, 0); // [batch, 2, height, width]
    NDArray inverse = TorchOps.addScalar(squares.get(":, :1"), SQUARE_FLOOR).sqrt();
    NDArray own = squares.get(":, 1:").div(inverse.square());
    NDArray shared = p.mul(q.mul(weight)).sum(new int[] {1}, true).div(inverse);
    NDArray other = weighted(q.square(), layer);
    return own.sub(TorchOps.scale(shared, 2)).add(other).mean();
  }

  /** {@code [batch, channels, h, w]} to {@code [batch, 1, h, w]}. */
  private NDArray weighted(NDArray x, int layer) {
    return LpipsBackbone.convolve(x, weights.get("lin%d.weight".formatted(layer)), null, 1, 0);
  }

  private static NDArray mean(NDArray x) {
    return x.mean(new int[] {3}).mean(new int[] {2});
  }

  private static NDArray unit(NDArray x) {
    NDArray norm = x.square().sum(new int[] {1}, true).sqrt();
    return x.div(TorchOps.addScalar(norm, NORM_FLOOR));
  }

  /** What the backbone sees: {@code [batch, channels, h, w]} for each place. */
  List<NDArray> taps(NDArray images) {
    return backbone.taps(images.sub(shift).div(scale));
  }

  @Override
  public void close() {
    manager.close();
  }
}
