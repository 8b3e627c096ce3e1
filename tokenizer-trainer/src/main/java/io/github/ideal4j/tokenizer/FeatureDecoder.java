package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.TorchOps;
import java.util.ArrayList;
import java.util.List;

/**
 * From codes to features: learned positions, an optional class token before and registers after the
 * patches, a norm, pre-norm transformer layers, and two linear heads.
 */
final class FeatureDecoder {

  private static final String NAME = "decode_transformer.";

  private final TokenizerConfig config;
  private final NDArray positions;
  private final NDArray classToken;
  private final NDArray classPosition;
  private final NDArray registers;
  private final Affine norm;
  private final List<Layer> layers = new ArrayList<>();
  private final Affine deepHead;
  private final Affine shallowHead;

  /**
   * Decoded features, {@code [batch, tokens, width]} each.
   *
   * @param hidden what both heads read
   */
  record Features(NDArray hidden, NDArray deep, NDArray shallow) {}

  FeatureDecoder(TokenizerConfig config, Weights weights) {
    this.config = config;
    FeatureDecoderConfig own = config.features();
    int width = config.width();
    double deviation = 1 / Math.sqrt(width);
    positions =
        weights.normal(NAME + "slot_position_embedding", deviation, 1, config.tokens(), width);
    boolean hasClass = own.classToken();
    classToken = hasClass ? weights.normal(NAME + "cls_token", deviation, 1, 1, width) : null;
    classPosition =
        hasClass ? weights.normal(NAME + "cls_pos_embedding", deviation, 1, 1, width) : null;
    registers =
        own.registers() > 0
            ? weights.zeros(NAME + "register_tokens", 1, own.registers(), width)
            : null;
    norm = weights.norm(NAME + "norm_post", width);
    for (int i = 0; i < own.layers(); i++) {
      layers.add(new Layer(weights, NAME + "transformer.layers.%d.".formatted(i)));
    }
    deepHead = weights.linear(NAME + "project_semantic", width, width);
    shallowHead = weights.linear(NAME + "project_shallow", width, width);
  }

  /**
   * Decodes.
   *
   * @param x codes brought to the backbone's width, {@code [batch, tokens, width]}
   */
  Features decode(NDArray x, boolean training) {
    NDArray h = norm.layerNorm(sequence(x.add(positions)));
    for (Layer layer : layers) {
      h = layer.forward(h, training);
    }
    NDArray patches = patches(h);
    return new Features(patches, deepHead.linear(patches), shallowHead.linear(patches));
  }

  /** From hidden to deep features. */
  Affine deepHead() {
    return deepHead;
  }

  private NDArray patches(NDArray h) {
    if (classToken == null && registers == null) {
      return h;
    }
    int before = classToken == null ? 0 : 1;
    return h.get(":, {}:{}", before, before + config.tokens());
  }

  private NDArray sequence(NDArray patches) {
    long batch = patches.getShape().get(0);
    NDArray all = patches;
    if (classToken != null) {
      all = repeated(batch, patches, 1).add(classToken).add(classPosition).concat(all, 1);
    }
    if (registers != null) {
      all = all.concat(repeated(batch, patches, config.features().registers()).add(registers), 1);
    }
    return all;
  }

  private NDArray repeated(long batch, NDArray beside, long length) {
    return beside.getManager().zeros(new Shape(batch, length, config.width()));
  }

  /** One pre-norm layer. */
  private final class Layer {

    private final Affine attentionNorm;
    private final Attention attention;
    private final Affine hiddenNorm;
    private final Affine up;
    private final Affine down;

    Layer(Weights weights, String name) {
      int width = config.width();
      FeatureDecoderConfig own = config.features();
      attentionNorm = weights.norm(name + "norm1", width);
      attention = new Attention(weights, name + "attn", width, own.heads());
      hiddenNorm = weights.norm(name + "norm2", width);
      up = weights.linear(name + "ffn.net.0", own.mlp(), width);
      down = weights.linear(name + "ffn.net.3", width, own.mlp());
    }

    NDArray forward(NDArray x, boolean training) {
      double dropout = config.features().dropout();
      NDArray attended = attention.self(attentionNorm.layerNorm(x));
      NDArray h = x.add(TorchOps.dropout(attended, dropout, training));
      NDArray hidden = TorchOps.gelu(up.linear(hiddenNorm.layerNorm(h)));
      NDArray result = down.linear(TorchOps.dropout(hidden, dropout, training));
      return h.add(TorchOps.dropout(result, dropout, training));
    }
  }
}
