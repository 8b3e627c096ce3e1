package io.github.ideal4j.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.ideal4j.safetensors.SafetensorsFolder;
import io.github.ideal4j.torch.Scopes;
import io.github.ideal4j.torch.TorchOps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A pre-norm vision transformer (arXiv 2010.11929) of any known family, frozen. What differs is in
 * its {@link VisionArchitecture}.
 *
 * <p>Input: pixels {@code [batch, 3, inputHeight, inputWidth]}. Outputs: shallow and deep tokens
 * {@code [batch, tokens, width]}, class and register tokens dropped.
 */
public final class VisionTransformer extends AbstractBlock {

  private static final byte VERSION = 1;
  private static final double SHALLOW_EPSILON = 1e-6;
  private static final String SHALLOW_NORM = "shallow_norm";

  private final VisionTransformerConfig config;
  private final VisionArchitecture is;
  private final Map<String, Parameter> weights = new LinkedHashMap<>();

  private VisionTransformer(VisionTransformerConfig config) {
    super(VERSION);
    this.config = config;
    is = config.architecture();
  }

  static VisionTransformer read(
      SafetensorsFolder file,
      FamilyNames names,
      VisionTransformerConfig config,
      NDManager manager) {
    VisionTransformer transformer = new VisionTransformer(config);
    new VisionWeights(file, names, config, manager).forEach(transformer::freeze);
    transformer.isInitialized();
    return transformer;
  }

  private void freeze(String name, NDArray value) {
    Parameter parameter =
        addParameter(
            Parameter.builder()
                .setName(name.replace('.', '_'))
                .setType(Parameter.Type.OTHER)
                .optRequiresGrad(false)
                .build());
    parameter.setArray(value);
    weights.put(name, parameter);
  }

  /**
   * The same network with standardized tokens: scale and shift of its last two norms bring every
   * channel to mean 0 and deviation 1, which costs no operator. All other weights are shared.
   *
   * @param shallow of the shallow tokens as this network gives them
   * @param deep of the deep tokens, likewise
   */
  public VisionTransformer standardizing(ChannelStatistics shallow, ChannelStatistics deep) {
    VisionTransformer other = new VisionTransformer(config);
    NDArray scale = weights.get("norm.weight").getArray();
    NDArray shift = weights.get("norm.bias").getArray();
    weights.forEach(
        (name, parameter) -> {
          if (!name.startsWith("norm.")) {
            other.freeze(name, parameter.getArray());
          }
        });
    other.freeze("norm.weight", scale.div(deep.deviation()));
    other.freeze("norm.bias", deep.standard(shift));
    other.freeze(SHALLOW_NORM + ".weight", scale.onesLike().div(shallow.deviation()));
    other.freeze(SHALLOW_NORM + ".bias", shallow.standard(shift.zerosLike()));
    other.isInitialized();
    return other;
  }

  /** Sizes. */
  public VisionTransformerConfig config() {
    return config;
  }

  /** Tokens of normalized pixels {@code [batch, 3, inputHeight, inputWidth]}. */
  public BackboneTokens tokens(NDArray pixels) {
    return pass(pixels).run(pixels);
  }

  /**
   * What the transformers library calls hidden states: after the embeddings, then after each block
   * up to the deep layer, {@code [batch, prefix + tokens, width]} each, prefix tokens first.
   *
   * @param pixels normalized
   */
  public List<NDArray> hiddenStates(NDArray pixels) {
    Pass pass = pass(pixels);
    List<NDArray> states = new ArrayList<>();
    NDArray h = pass.embed(pixels);
    states.add(h);
    for (int i = 0; i < config.from().deep(); i++) {
      String name = "blocks.%d.".formatted(i);
      h = Scopes.within(h, x -> pass.block(x, name));
      states.add(h);
    }
    return states;
  }

  /**
   * The library's last hidden state: after the final norm, where the family applies it.
   *
   * @param state the last of {@link #hiddenStates}
   */
  public NDArray last(NDArray state) {
    return is.normsLast() ? pass(state).norm(state, "norm") : state;
  }

  /**
   * Class scores, for weights that have a head.
   *
   * @param pixels normalized
   * @return {@code [batch, classes]}
   */
  NDArray logits(NDArray pixels) {
    Pass pass = pass(pixels);
    return pass.linear(normed(pixels).get(":, 0"), "head");
  }

  /**
   * All tokens after the final norm, prefix tokens first: {@code [batch, prefix + tokens, width]}.
   */
  NDArray normed(NDArray pixels) {
    Pass pass = pass(pixels);
    return pass.norm(pass.blocks(pixels), "norm");
  }

  private Pass pass(NDArray beside) {
    return new Pass(new ParameterStore(beside.getManager(), false));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    BackboneTokens tokens = new Pass(store).run(inputs.singletonOrThrow());
    return new NDList(tokens.shallow(), tokens.deep());
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape shape = new Shape(inputShapes[0].get(0), config.tokens(), config.width());
    return new Shape[] {shape, shape};
  }

  /** One forward pass with the weights of one store. */
  private final class Pass {

    private final ParameterStore store;
    private NDArray shallow;

    Pass(ParameterStore store) {
      this.store = store;
    }

    BackboneTokens run(NDArray pixels) {
      NDArray last = norm(blocks(pixels), "norm");
      return new BackboneTokens(normedShallow(patches(shallow)), patches(last));
    }

    private NDArray normedShallow(NDArray x) {
      boolean standardizes = weights.containsKey(SHALLOW_NORM + ".weight");
      NDArray scale = standardizes ? weight(x, SHALLOW_NORM + ".weight") : null;
      NDArray shift = standardizes ? weight(x, SHALLOW_NORM + ".bias") : null;
      return TorchOps.layerNorm(x, scale, shift, SHALLOW_EPSILON);
    }

    /** The sequence after the deep layer's block: {@code [batch, prefix + tokens, width]}. */
    NDArray blocks(NDArray pixels) {
      NDArray h = embed(pixels);
      for (int i = 0; i < config.from().deep(); i++) {
        String name = "blocks.%d.".formatted(i);
        h = Scopes.within(h, x -> block(x, name));
        if (i + 1 == config.from().shallow()) {
          shallow = h;
        }
      }
      return h;
    }

    NDArray embed(NDArray pixels) {
      requireSize(pixels.getShape());
      Shape stride = new Shape(is.patch(), is.patch());
      NDArray grid =
          pixels
              .getNDArrayInternal()
              .convolution(
                  pixels,
                  weight(pixels, "patch.weight"),
                  weight(pixels, "patch.bias"),
                  stride,
                  new Shape(0, 0),
                  new Shape(1, 1),
                  1)
              .singletonOrThrow(); // [batch, width, rows, columns]
      long batch = pixels.getShape().get(0);
      NDArray h = grid.reshape(batch, is.width(), config.tokens()).transpose(0, 2, 1);
      if (weights.containsKey("positions")) {
        h = h.add(weight(pixels, "positions"));
      }
      if (is.prefix() > 0) {
        NDArray prefix =
            h.getManager()
                .zeros(new Shape(batch, is.prefix(), is.width()))
                .add(weight(pixels, "prefix"));
        h = prefix.concat(h, 1);
      }
      return is.normBefore() ? norm(h, "pre_norm") : h;
    }

    private void requireSize(Shape pixels) {
      if (pixels.dimension() != 4
          || pixels.get(1) != 3
          || pixels.get(2) != config.inputHeight()
          || pixels.get(3) != config.inputWidth()) {
        throw new IllegalArgumentException(
            "pixels must be [batch, 3, %d, %d], got %s"
                .formatted(config.inputHeight(), config.inputWidth(), pixels));
      }
    }

    NDArray block(NDArray h, String name) {
      NDArray attended = attention(norm(h, name + "norm1"), name);
      NDArray x = h.add(scaled(attended, name + "scale1"));
      return x.add(scaled(feedForward(norm(x, name + "norm2"), name), name + "scale2"));
    }

    private NDArray scaled(NDArray x, String name) {
      return is.layerScale() ? x.mul(weight(x, name)) : x;
    }

    private NDArray feedForward(NDArray x, String name) {
      if (is.gated()) {
        NDArray gate = is.activation().apply(linear(x, name + "gate"));
        return linear(gate.mul(linear(x, name + "up")), name + "down");
      }
      return linear(is.activation().apply(linear(x, name + "fc1")), name + "fc2");
    }

    private NDArray attention(NDArray x, String name) {
      long batch = x.getShape().get(0);
      long length = x.getShape().get(1);
      NDList qkv = TorchOps.splitHeads(linear(x, name + "qkv"), 3, is.heads());
      NDArray mixed = TorchOps.attention(turned(qkv.get(0)), turned(qkv.get(1)), qkv.get(2), false);
      return linear(mixed.transpose(0, 2, 1, 3).reshape(batch, length, is.width()), name + "proj");
    }

    private NDArray turned(NDArray heads) {
      return config.rotary()
          ? TorchOps.rotatePairs(heads, weight(heads, "rope_cos"), weight(heads, "rope_sin"))
          : heads;
    }

    NDArray norm(NDArray x, String name) {
      return TorchOps.layerNorm(
          x, weight(x, name + ".weight"), weight(x, name + ".bias"), is.epsilon());
    }

    NDArray linear(NDArray x, String name) {
      return TorchOps.linear(x, weight(x, name + ".weight"), weight(x, name + ".bias"));
    }

    private NDArray patches(NDArray sequence) {
      return is.prefix() == 0 ? sequence : sequence.get(":, {}:", is.prefix());
    }

    private NDArray weight(NDArray beside, String name) {
      Parameter parameter = weights.get(name);
      if (parameter == null) {
        throw new IllegalArgumentException("the backbone has no weights '%s'".formatted(name));
      }
      return store.getValue(parameter, beside.getDevice(), false);
    }
  }
}
