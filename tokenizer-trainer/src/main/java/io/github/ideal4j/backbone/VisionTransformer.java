package io.github.ideal4j.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.TorchOps;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A pre-norm vision transformer with a class token (arXiv 2010.11929), frozen, as timm names it.
 *
 * <p>Input: pixels {@code [batch, 3, inputSize, inputSize]}. Outputs: shallow and deep tokens
 * {@code [batch, tokens, width]}, the class token dropped.
 */
public final class VisionTransformer extends AbstractBlock {

  private static final byte VERSION = 1;
  private static final double EPSILON = 1e-6;

  private final VisionTransformerConfig config;
  private final Map<String, Parameter> weights = new LinkedHashMap<>();

  private VisionTransformer(VisionTransformerConfig config) {
    super(VERSION);
    this.config = config;
  }

  static VisionTransformer read(
      SafetensorsFile file, BackboneLayers layers, int inputSize, NDManager manager) {
    VisionTransformerConfig config = VisionTransformerConfig.of(file, layers, inputSize);
    VisionTransformer transformer = new VisionTransformer(config);
    new VisionWeights(file, manager).forEach(config, transformer::freeze);
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

  /** Sizes. */
  public VisionTransformerConfig config() {
    return config;
  }

  /** Tokens of normalized pixels {@code [batch, 3, inputSize, inputSize]}. */
  public BackboneTokens tokens(NDArray pixels) {
    return new Pass(new ParameterStore(pixels.getManager(), false)).run(pixels);
  }

  /**
   * Class scores, for weights that have a head.
   *
   * @param pixels normalized {@code [batch, 3, inputSize, inputSize]}
   * @return {@code [batch, classes]}
   */
  NDArray logits(NDArray pixels) {
    Pass pass = new Pass(new ParameterStore(pixels.getManager(), false));
    NDArray classToken = pass.norm(pass.blocks(pixels, config.layers()), "norm").get(":, 0");
    return pass.linear(classToken, "head");
  }

  /** All tokens after the final norm, the class token first: {@code [batch, 1 + tokens, width]}. */
  NDArray normed(NDArray pixels) {
    Pass pass = new Pass(new ParameterStore(pixels.getManager(), false));
    return pass.norm(pass.blocks(pixels, config.layers()), "norm");
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
      NDArray last = norm(blocks(pixels, config.from().deep()), "norm");
      return new BackboneTokens(
          TorchOps.layerNorm(patches(shallow), null, null, EPSILON), patches(last));
    }

    /** The sequence after some blocks: {@code [batch, 1 + tokens, width]}. */
    NDArray blocks(NDArray pixels, int count) {
      NDArray h = embed(pixels);
      for (int i = 0; i < count; i++) {
        h = block(h, "blocks." + i);
        if (i + 1 == config.from().shallow()) {
          shallow = h;
        }
      }
      return h;
    }

    private NDArray embed(NDArray pixels) {
      Shape stride = new Shape(config.patch(), config.patch());
      NDArray grid =
          pixels
              .getNDArrayInternal()
              .convolution(
                  pixels,
                  weight(pixels, "patch_embed.proj.weight"),
                  weight(pixels, "patch_embed.proj.bias"),
                  stride,
                  new Shape(0, 0),
                  new Shape(1, 1),
                  1)
              .singletonOrThrow(); // [batch, width, grid, grid]
      long batch = pixels.getShape().get(0);
      NDArray patches =
          grid.reshape(batch, config.width(), config.tokens())
              .transpose(0, 2, 1) // [batch, tokens, width]
              .add(weight(pixels, "patch_positions"));
      NDArray classToken =
          patches
              .getManager()
              .zeros(new Shape(batch, 1, config.width()))
              .add(weight(pixels, "class_token"));
      return classToken.concat(patches, 1);
    }

    private NDArray block(NDArray h, String name) {
      NDArray attended = attention(norm(h, name + ".norm1"), name + ".attn");
      NDArray x = h.add(attended);
      NDArray hidden = linear(norm(x, name + ".norm2"), name + ".mlp.fc1");
      return x.add(linear(hidden.getNDArrayInternal().gelu(), name + ".mlp.fc2"));
    }

    private NDArray attention(NDArray x, String name) {
      long batch = x.getShape().get(0);
      long length = x.getShape().get(1);
      long dim = config.width() / config.heads();
      NDArray qkv =
          linear(x, name + ".qkv")
              .reshape(batch, length, 3, config.heads(), dim)
              .transpose(2, 0, 3, 1, 4); // [3, batch, heads, length, dim]
      NDArray mixed = TorchOps.attention(qkv.get(0), qkv.get(1), qkv.get(2), false);
      return linear(
          mixed.transpose(0, 2, 1, 3).reshape(batch, length, config.width()), name + ".proj");
    }

    NDArray norm(NDArray x, String name) {
      return TorchOps.layerNorm(x, weight(x, name + ".weight"), weight(x, name + ".bias"), EPSILON);
    }

    NDArray linear(NDArray x, String name) {
      return TorchOps.linear(x, weight(x, name + ".weight"), weight(x, name + ".bias"));
    }

    private NDArray patches(NDArray sequence) {
      return sequence.get(":, 1:");
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
