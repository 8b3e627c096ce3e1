package io.github.ideal4j.adversarial;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Small heads on tokens of a frozen vision transformer, as in StyleGAN-T (arXiv 2301.09515) and
 * IDEAL: a convolution along the tokens, a residual one with a wide kernel, one logit a token.
 * Weights are divided by their largest singular value (arXiv 1802.05957).
 */
public final class TokenHeads implements Discriminator {

  /**
   * Shape of the heads.
   *
   * @param channels of a token
   * @param heads one for each place that is looked at
   * @param kernel odd, along the flattened tokens, which are taken as a ring
   * @param norm between convolution and activation
   * @param spectral whether weights are divided by their largest singular value
   * @param slope of the leaky activation below 0
   * @param epsilon of the norm
   * @param momentum of running statistics
   * @param virtualBatch most images of a group of {@link Norm#LOCAL_BATCH}
   * @param groups of {@link Norm#GROUP}
   */
  public record Form(
      int channels,
      int heads,
      int kernel,
      Norm norm,
      boolean spectral,
      double slope,
      double epsilon,
      double momentum,
      int virtualBatch,
      int groups) {

    /** As released. */
    public static Form released(int channels, int heads) {
      return new Form(channels, heads, 9, Norm.BATCH, true, 0.2, 1e-6, 0.1, 8, 32);
    }
  }

  /** Kinds of norm. */
  public enum Norm {
    /** Over the batch, with running statistics. */
    BATCH,
    /** Over groups of neighbouring images, without running statistics. */
    LOCAL_BATCH,
    /** Over groups of channels. */
    GROUP
  }

  private final Form form;
  private final State state;
  private final Function<NDArray, List<NDArray>> features;
  private final List<Head> heads = new ArrayList<>();

  private record Head(
      Convolution first, Part firstNorm, Convolution wide, Part wideNorm, Convolution last) {}

  private record Part(NDArray weight, NDArray bias, BatchNorm batch) {}

  /**
   * @param form of the heads
   * @param features of images {@code [batch, 3, h, w]}: tokens {@code [batch, channels, tokens]}
   *     for each head, through which gradients pass
   * @param manager owns the arrays
   */
  public TokenHeads(
      Form form, Function<NDArray, List<NDArray>> features, long seed, NDManager manager) {
    this.form = form;
    this.features = features;
    state = new State(manager, seed);
    int channels = form.channels();
    for (int i = 0; i < form.heads(); i++) {
      String name = "heads.%d.".formatted(i);
      heads.add(
          new Head(
              new Convolution(name + "0.0", channels, channels, 1),
              norm(name + "0.1", channels),
              new Convolution(name + "1.fn.0", channels, channels, form.kernel()),
              norm(name + "1.fn.1", channels),
              new Convolution(name + "2", 1, channels, 1)));
    }
  }

  private Part norm(String name, int channels) {
    NDArray weight = state.normal(name + ".weight", 1, 0, channels);
    NDArray bias = state.normal(name + ".bias", 0, 0, channels);
    if (form.norm() != Norm.BATCH) {
      return new Part(weight, bias, null);
    }
    NDArray mean = state.buffer(name + ".running_mean", 0, 0, channels);
    NDArray variance = state.buffer(name + ".running_var", 1, 0, channels);
    return new Part(
        weight, bias, new BatchNorm(weight, bias, mean, variance, form.epsilon(), form.momentum()));
  }

  @Override
  public NDArray logits(NDArray images, boolean training) {
    return ofFeatures(features.apply(images), training);
  }

  /**
   * Logits of tokens.
   *
   * @param tokens {@code [batch, channels, tokens]} for each head
   * @return {@code [batch, heads * tokens]}
   */
  NDArray ofFeatures(List<NDArray> tokens, boolean training) {
    NDArray all = null;
    for (int i = 0; i < heads.size(); i++) {
      NDArray own = head(heads.get(i), tokens.get(i), training);
      all = all == null ? own : all.concat(own, 1);
    }
    return all;
  }

  private NDArray head(Head head, NDArray tokens, boolean training) {
    NDArray x = active(head.first().apply(tokens, training), head.firstNorm(), training);
    NDArray y = active(head.wide().apply(x, training), head.wideNorm(), training);
    NDArray both = TorchOps.scale(y.add(x), Math.sqrt(0.5));
    return head.last().apply(both, training).reshape(tokens.getShape().get(0), -1);
  }

  private NDArray active(NDArray x, Part norm, boolean training) {
    NDArray normed =
        switch (form.norm()) {
          case BATCH -> norm.batch().forward(x, training);
          case LOCAL_BATCH -> local(x, norm);
          case GROUP ->
              TorchOps.groupNorm(
                      x.expandDims(3), form.groups(), norm.weight(), norm.bias(), form.epsilon())
                  .squeeze(3);
        };
    return normed.getNDArrayInternal().leakyRelu((float) form.slope());
  }

  /** Normalizes {@code ceil(batch / virtualBatch)} equal groups of neighbouring images. */
  private NDArray local(NDArray x, Part norm) {
    Shape shape = x.getShape();
    long batch = shape.get(0);
    long groups = (batch + form.virtualBatch() - 1) / form.virtualBatch();
    if (batch % groups != 0) {
      throw new IllegalArgumentException(
          "a batch of %d does not split into %d equal groups of at most %d"
              .formatted(batch, groups, form.virtualBatch()));
    }
    long each = batch / groups;
    NDArray grouped = x.reshape(groups, each, shape.get(1), shape.get(2));
    double count = (double) each * shape.get(2);
    NDArray mean = TorchOps.scale(grouped.sum(new int[] {1, 3}, true), 1 / count);
    NDArray centred = grouped.sub(mean);
    NDArray spread = TorchOps.scale(centred.square().sum(new int[] {1, 3}, true), 1 / count);
    NDArray unit = centred.div(TorchOps.addScalar(spread, form.epsilon()).sqrt()).reshape(shape);
    return unit.mul(norm.weight().reshape(1, -1, 1)).add(norm.bias().reshape(1, -1, 1));
  }

  @Override
  public Map<String, NDArray> parameters() {
    return state.parameters();
  }

  @Override
  public Map<String, NDArray> buffers() {
    return state.buffers();
  }

  /** A convolution along a ring of tokens, with spectral norm. */
  private final class Convolution {

    private final NDArray weight;
    private final NDArray bias;
    private final NDArray left;
    private final NDArray right;
    private final int kernel;

    Convolution(String name, int out, int in, int kernel) {
      this.kernel = kernel;
      String suffix = form.spectral() ? ".weight_orig" : ".weight";
      weight = state.byFanIn(name + suffix, (long) in * kernel, out, in, kernel);
      bias = state.normal(name + ".bias", 0, 0, out);
      left = form.spectral() ? start(name + ".weight_u", out) : null;
      right = form.spectral() ? start(name + ".weight_v", (long) in * kernel) : null;
    }

    private NDArray start(String name, long length) {
      NDArray array = state.buffer(name, 0, 1, length);
      TorchOps.copy(List.of(array), List.of(array.normalize(2, 0)));
      return array;
    }

    NDArray apply(NDArray x, boolean training) {
      NDArray ring = x;
      int half = kernel / 2;
      if (half > 0) {
        long length = x.getShape().get(2);
        NDArray before = x.get(":, :, {}:{}", length - half, length);
        ring = before.concat(x, 2).concat(x.get(":, :, :{}", half), 2);
      }
      Shape one = new Shape(1, 1);
      return ring.getNDArrayInternal()
          .convolution(
              ring.expandDims(2),
              (form.spectral() ? divided(training, x) : weight).expandDims(2),
              bias,
              one,
              new Shape(0, 0),
              one,
              1)
          .singletonOrThrow()
          .squeeze(2);
    }

    /** The weight over its largest singular value; u and v are constants of the backward pass. */
    private NDArray divided(boolean training, NDArray beside) {
      NDArray matrix = weight.reshape(weight.getShape().get(0), -1);
      boolean recording = Autograd.isRecording();
      Autograd.setRecording(false);
      NDArray u = TorchOps.owned(left);
      NDArray v = TorchOps.owned(right);
      if (training) {
        NDArray fixed = matrix.stopGradient();
        v = fixed.transpose().matMul(u.reshape(-1, 1)).reshape(-1).normalize(2, 0);
        u = fixed.matMul(v.reshape(-1, 1)).reshape(-1).normalize(2, 0);
        TorchOps.copy(List.of(left, right), List.of(u, v));
      }
      u.attach(beside.getManager());
      v.attach(beside.getManager());
      Autograd.setRecording(recording);
      NDArray sigma = matrix.mul(u.reshape(-1, 1).matMul(v.reshape(1, -1))).sum();
      return weight.div(sigma);
    }
  }
}
