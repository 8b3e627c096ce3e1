package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.ideal4j.torch.TorchOps;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One block of a {@link RarPrior}: attention with normalized queries and keys, and a feed-forward
 * part, each behind a layer norm that the condition of the place scales and shifts, and added to
 * the stream through a gate that the condition opens (adaLN-zero). The weights carry the names of
 * the RAR release.
 */
final class AdaptiveLayer extends AbstractBlock {

  private static final byte VERSION = 1;

  private final RarPriorConfig config;
  private final Map<String, Parameter> named = new LinkedHashMap<>();

  AdaptiveLayer(RarPriorConfig config, String path, long seed) {
    super(VERSION);
    this.config = config;
    int dim = config.dim();
    int hidden = config.hidden();
    norm("norm1", dim);
    linear("attn.qkv", path, seed, 3L * dim, dim);
    norm("attn.q_norm", config.headDim());
    norm("attn.k_norm", config.headDim());
    linear("attn.proj", path, seed, dim, dim);
    norm("norm2", dim);
    linear("mlp.fc1", path, seed, hidden, dim);
    linear("mlp.fc2", path, seed, dim, hidden);
    // Zeros: a fresh block leaves the stream as it is.
    add(Weights.zeros("adaLN_modulation.1.weight", 6L * dim, dim));
    add(Weights.zeros("adaLN_modulation.1.bias", 6L * dim));
  }

  private void norm(String name, long size) {
    add(Weights.ones(name + ".weight", size));
    add(Weights.zeros(name + ".bias", size));
  }

  private void linear(String name, String path, long seed, long rows, long columns) {
    add(Weights.normal(name + ".weight", path, seed, rows, columns));
    add(Weights.zeros(name + ".bias", rows));
  }

  private void add(Parameter parameter) {
    named.put(parameter.getName(), addParameter(parameter));
  }

  /** The parameters by the names of the release, without the layer's prefix. */
  Map<String, Parameter> named() {
    return named;
  }

  /**
   * Six vectors for each place: shift, scale and gate of the attention, then of the feed-forward
   * part.
   */
  private record Modulation(NDList parts) {

    NDArray get(int index) {
      return parts.get(index);
    }

    /** The norm of a stream, scaled and shifted by vectors of this index and the one after. */
    NDArray of(NDArray normed, int index) {
      return normed.mul(TorchOps.addScalar(get(index + 1), 1)).add(get(index));
    }
  }

  /**
   * @param condition after its activation, {@code [batch, length, dim]}
   */
  private Modulation modulation(ParameterStore store, NDArray condition, boolean training) {
    return new Modulation(linear(store, "adaLN_modulation.1", condition, training).split(6, 2));
  }

  /**
   * The six vectors of each place, for comparisons.
   *
   * @return {@code [batch, length, 6 * dim]}
   */
  NDArray modulationOf(ParameterStore store, NDArray condition) {
    return linear(store, "adaLN_modulation.1", condition, false);
  }

  /**
   * Adds attention and feed-forward to a stream of whole sequences.
   *
   * @param x {@code [batch, length, dim]}
   * @param condition of each place after its activation, {@code [batch, length, dim]}
   * @param dropout probability in training
   */
  NDArray forward(
      ParameterStore store, NDArray x, NDArray condition, double dropout, boolean training) {
    Modulation modulation = modulation(store, condition, training);
    NDArray[] qkv =
        queryKeyValue(store, modulation.of(norm(store, "norm1", x, training), 0), training);
    NDArray mixed = TorchOps.attention(qkv[0], qkv[1], qkv[2], true);
    NDArray attended = TorchOps.dropout(merge(store, mixed, training), dropout, training);
    NDArray h = x.add(modulation.get(2).mul(attended));
    return h.add(modulation.get(5).mul(feedForward(store, h, modulation, dropout, training)));
  }

  /**
   * The same for one new place whose forerunners are in the cache.
   *
   * @param x {@code [batch, 1, dim]}
   * @return the stream {@code [batch, 1, dim]}, then keys and values with the new place in them
   */
  NDList step(ParameterStore store, NDArray x, NDArray condition, KeyValueCache cache) {
    Modulation modulation = modulation(store, condition, false);
    long batch = x.getShape().get(0);
    NDArray normed = modulation.of(norm(store, "norm1", x, false), 0);
    // With one place the heads lie one behind the other already: nothing has to be transposed.
    NDList parts = linear(store, "attn.qkv", normed, false).split(3, 2);
    NDArray query = norm(store, "attn.q_norm", oneToHeads(parts.get(0), batch), false);
    NDArray key = norm(store, "attn.k_norm", oneToHeads(parts.get(1), batch), false);
    KeyValueCache grown = cache.with(key, oneToHeads(parts.get(2), batch));
    NDArray mixed = grown.attend(query).reshape(batch, 1, config.dim());
    NDArray attended = linear(store, "attn.proj", mixed, false);
    NDArray h = x.add(modulation.get(2).mul(attended));
    NDArray fed = feedForward(store, h, modulation, 0, false);
    return new NDList(h.add(modulation.get(5).mul(fed)), grown.keys(), grown.values());
  }

  /** One place {@code [batch, 1, dim]} as {@code [batch, heads, 1, headDim]}. */
  private NDArray oneToHeads(NDArray x, long batch) {
    return x.reshape(batch, config.heads(), 1, config.headDim());
  }

  /** Query and key, normalized in each head, and value: {@code [batch, heads, length, headDim]}. */
  NDArray[] queryKeyValue(ParameterStore store, NDArray normed, boolean training) {
    NDArray fused = linear(store, "attn.qkv", normed, training);
    NDList parts = TorchOps.splitHeads(fused, 3, config.heads());
    return new NDArray[] {
      norm(store, "attn.q_norm", parts.get(0), training),
      norm(store, "attn.k_norm", parts.get(1), training),
      parts.get(2)
    };
  }

  /** Heads {@code [batch, heads, length, headDim]} back into the stream's width. */
  private NDArray merge(ParameterStore store, NDArray heads, boolean training) {
    long batch = heads.getShape().get(0);
    long length = heads.getShape().get(2);
    NDArray flat = heads.transpose(0, 2, 1, 3).reshape(batch, length, config.dim());
    return linear(store, "attn.proj", flat, training);
  }

  private NDArray feedForward(
      ParameterStore store, NDArray h, Modulation modulation, double dropout, boolean training) {
    NDArray normed = modulation.of(norm(store, "norm2", h, training), 3);
    NDArray hidden = TorchOps.gelu(linear(store, "mlp.fc1", normed, training));
    NDArray out = linear(store, "mlp.fc2", TorchOps.dropout(hidden, dropout, training), training);
    return TorchOps.dropout(out, dropout, training);
  }

  private NDArray linear(ParameterStore store, String name, NDArray x, boolean training) {
    return TorchOps.linear(
        x, value(store, name + ".weight", x, training), value(store, name + ".bias", x, training));
  }

  private NDArray norm(ParameterStore store, String name, NDArray x, boolean training) {
    return TorchOps.layerNorm(
        x,
        value(store, name + ".weight", x, training),
        value(store, name + ".bias", x, training),
        config.normEpsilon());
  }

  private NDArray value(ParameterStore store, String name, NDArray beside, boolean training) {
    return store.getValue(named.get(name), beside.getDevice(), training);
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    throw new UnsupportedOperationException("a layer runs inside a RarPrior only");
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    // has none
  }
}
