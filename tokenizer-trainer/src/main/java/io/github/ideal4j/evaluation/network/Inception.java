package io.github.ideal4j.evaluation.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.torch.Scopes;
import io.github.ideal4j.torch.TorchOps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The network of the Fréchet Inception Distance: TensorFlow's {@code inception-2015-12-05} (arXiv
 * 1512.00567, 1706.08500), which torchvision's Inception is not. Frozen.
 *
 * <p>The weights that come with the project, {@code
 * models/evaluation/inception_2015_12_05_to_mixed8.safetensors}, end with {@code mixed_8}: they
 * give 64, 192, 768 and 1280 features and those of sFID, but neither the usual 2048 nor class
 * probabilities. A file of the user's may be complete, in one of two namings:
 *
 * <ul>
 *   <li>that of the shipped file continued: {@code mixed_9_conv}, {@code mixed_9_tower_conv},
 *       {@code mixed_9_tower_mixed_conv} (1 x 3), {@code mixed_9_tower_mixed_conv_1} (3 x 1),
 *       {@code mixed_9_tower_1_conv}, {@code mixed_9_tower_1_conv_1}, {@code
 *       mixed_9_tower_1_mixed_conv}, {@code mixed_9_tower_1_mixed_conv_1}, {@code
 *       mixed_9_tower_2_conv}, the same for {@code mixed_10}, each with {@code .weight} {@code
 *       [out, in, height, width]} and {@code .bias} (batch norm folded); {@code softmax.weight}
 *       {@code [1008, 2048]}
 *   <li>that of PyTorch's {@code pt_inception-2015-12-05} checkpoint, saved as safetensors: {@code
 *       Conv2d_1a_3x3.conv.weight}, {@code Conv2d_1a_3x3.bn.running_mean} ... {@code fc.weight};
 *       batch norm is folded on loading
 * </ul>
 *
 * <p>The pool branch of {@code mixed_10} takes the maximum, all others before it the mean without
 * the border, as in the graph. Safe for use by several threads.
 */
public final class Inception implements AutoCloseable {

  private static final int BATCH = 16;
  private static final double MIDDLE = 128;

  private final InceptionWeights weights;
  private final InceptionGraph graph;

  private Inception(InceptionWeights weights) {
    this.weights = weights;
    this.graph = new InceptionGraph(weights.layers());
  }

  /**
   * Loads the network as far as a file goes.
   *
   * @param weights safetensors file
   * @param manager on the device of the computation; its child owns the weights
   * @throws IOException if the file cannot be read, a tensor has another shape, or there is not
   *     even enough for 64 features
   */
  public static Inception load(Path weights, NDManager manager) throws IOException {
    return new Inception(InceptionWeights.read(weights, manager));
  }

  /** What these weights suffice for. */
  public Set<InceptionTap> taps() {
    return weights.taps();
  }

  /**
   * Checks that these weights suffice.
   *
   * @throws IllegalArgumentException if they do not; the message says what they suffice for
   */
  public void require(Set<InceptionTap> wanted) {
    for (InceptionTap tap : wanted) {
      if (!taps().contains(tap)) {
        throw new IllegalArgumentException(
            "%s lacks tensor '%s', so there are no features at %s; there are at %s"
                .formatted(
                    weights.file(),
                    weights.firstMissing(),
                    tap.label(),
                    InceptionWeights.labels(taps())));
      }
    }
  }

  /**
   * Features of photographs, a few at a time.
   *
   * @param images of any sizes, at least one
   * @param resize to 299 x 299
   * @param wanted at least one tap; nothing deeper is computed
   */
  public InceptionFeatures features(
      List<RgbImage> images, InceptionResize resize, Set<InceptionTap> wanted) {
    require(wanted);
    Map<InceptionTap, List<float[]>> rows = new EnumMap<>(InceptionTap.class);
    wanted.forEach(tap -> rows.put(tap, new ArrayList<>()));
    for (int from = 0; from < images.size(); from += BATCH) {
      List<RgbImage> batch = images.subList(from, Math.min(from + BATCH, images.size()));
      try (NDManager scope = weights.layers().newScope()) {
        NDList resized = new NDList();
        batch.forEach(image -> resized.add(resize.planes(image, scope)));
        forward(NDArrays.concat(resized), wanted)
            .forEach((tap, features) -> split(features, tap.width(), rows.get(tap)));
      }
    }
    return new InceptionFeatures(rows);
  }

  private static void split(NDArray features, int width, List<float[]> to) {
    float[] all = features.toFloatArray();
    for (int at = 0; at < all.length; at += width) {
      float[] row = new float[width];
      System.arraycopy(all, at, row, 0, width);
      to.add(row);
    }
  }

  /**
   * Features of images that have their size.
   *
   * @param pixels {@code [batch, 3, 299, 299]}, 0 to 255
   * @param wanted at least one tap; nothing deeper is computed
   * @return {@code [batch, width]} for each tap, belonging to the manager of the pixels
   */
  public Map<InceptionTap, NDArray> forward(NDArray pixels, Set<InceptionTap> wanted) {
    require(wanted);
    requireSize(pixels.getShape());
    InceptionTap last = Collections.max(wanted);
    Map<InceptionTap, NDArray> found = new EnumMap<>(InceptionTap.class);
    NDArray x = TorchOps.scale(TorchOps.addScalar(pixels, -MIDDLE), 1 / MIDDLE);
    for (InceptionTap tap : InceptionTap.values()) {
      if (tap.compareTo(last) > 0) {
        break;
      }
      x = graph.advance(x, tap);
      if (wanted.contains(tap)) {
        found.put(tap, Scopes.within(x, y -> graph.read(y, tap)));
      }
    }
    return found;
  }

  private static void requireSize(Shape shape) {
    int side = InceptionResize.SIDE;
    if (!shape.slice(1).equals(new Shape(RgbImage.CHANNELS, side, side))) {
      throw new IllegalArgumentException(
          "Inception looks at [batch, 3, %d, %d], got %s".formatted(side, side, shape));
    }
  }

  @Override
  public void close() {
    weights.layers().close();
  }
}
