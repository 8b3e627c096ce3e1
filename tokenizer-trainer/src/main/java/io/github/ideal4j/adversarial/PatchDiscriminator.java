package io.github.ideal4j.adversarial;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PatchGAN (arXiv 1611.07004): convolutions of side 4 with one logit for each patch. */
public final class PatchDiscriminator implements Discriminator {

  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;
  private static final double DEVIATION = 0.02;
  private static final int SIDE = 4;
  private static final int MOST_WIDE = 8;

  private final State state;
  private final List<Layer> layers = new ArrayList<>();

  private record Layer(NDArray weight, NDArray bias, BatchNorm norm, int stride, boolean last) {}

  /**
   * @param channels of the first layer; they double up to eight times
   * @param depth layers between the first and the last
   * @param manager owns the arrays
   */
  public PatchDiscriminator(int channels, int depth, long seed, NDManager manager) {
    state = new State(manager, seed);
    layers.add(new Layer(weight("main.0", channels, 3), bias("main.0", channels), null, 2, false));
    int before = channels;
    int place = 2;
    for (int i = 1; i <= depth; i++) {
      int after = channels * Math.min(1 << i, MOST_WIDE);
      NDArray weight = weight("main." + place, after, before);
      BatchNorm norm = norm("main." + (place + 1), after);
      layers.add(new Layer(weight, null, norm, i < depth ? 2 : 1, false));
      before = after;
      place += 3;
    }
    String last = "main." + place;
    layers.add(new Layer(weight(last, 1, before), bias(last, 1), null, 1, true));
  }

  private NDArray weight(String name, long out, long in) {
    return state.normal(name + ".weight", 0, DEVIATION, out, in, SIDE, SIDE);
  }

  private NDArray bias(String name, long out) {
    return state.normal(name + ".bias", 0, 0, out);
  }

  private BatchNorm norm(String name, long channels) {
    return new BatchNorm(
        state.normal(name + ".weight", 1, DEVIATION, channels),
        state.normal(name + ".bias", 0, 0, channels),
        state.buffer(name + ".running_mean", 0, 0, channels),
        state.buffer(name + ".running_var", 1, 0, channels),
        EPSILON,
        MOMENTUM);
  }

  @Override
  public NDArray logits(NDArray images, boolean training) {
    NDArray x = images;
    for (Layer layer : layers) {
      x = convolve(x, layer);
      if (layer.norm() != null) {
        Shape shape = x.getShape();
        NDArray flat = x.reshape(shape.get(0), shape.get(1), -1);
        x = layer.norm().forward(flat, training).reshape(shape);
      }
      x = layer.last() ? x : x.getNDArrayInternal().leakyRelu(0.2f);
    }
    return x;
  }

  private static NDArray convolve(NDArray x, Layer layer) {
    Shape one = new Shape(1, 1);
    Shape stride = new Shape(layer.stride(), layer.stride());
    return x.getNDArrayInternal()
        .convolution(x, layer.weight(), layer.bias(), stride, one, one, 1)
        .singletonOrThrow();
  }

  @Override
  public Map<String, NDArray> parameters() {
    return state.parameters();
  }

  @Override
  public Map<String, NDArray> buffers() {
    return state.buffers();
  }
}
