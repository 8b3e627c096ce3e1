package io.github.ideal4j.prior;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.ideal4j.torch.TorchOps;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One block of the prior: attention and SwiGLU, each behind an RMS norm and added to the stream.
 * The weights carry the names of the LlamaGen release.
 */
final class TransformerLayer extends AbstractBlock {

  private static final byte VERSION = 1;

  private final GptPriorConfig config;
  private final Parameter attentionNorm;
  private final Parameter wqkv;
  private final Parameter wo;
  private final Parameter ffnNorm;
  private final Parameter w1;
  private final Parameter w2;
  private final Parameter w3;

  TransformerLayer(GptPriorConfig config, String path, long seed) {
    super(VERSION);
    this.config = config;
    int dim = config.dim();
    int hidden = config.hidden();
    attentionNorm = addParameter(Weights.ones("attention_norm.weight", dim));
    wqkv = addParameter(Weights.normal("attention.wqkv.weight", path, seed, 3L * dim, dim));
    wo = addParameter(Weights.normal("attention.wo.weight", path, seed, dim, dim));
    ffnNorm = addParameter(Weights.ones("ffn_norm.weight", dim));
    w1 = addParameter(Weights.normal("feed_forward.w1.weight", path, seed, hidden, dim));
    w2 = addParameter(Weights.normal("feed_forward.w2.weight", path, seed, dim, hidden));
    w3 = addParameter(Weights.normal("feed_forward.w3.weight", path, seed, hidden, dim));
  }

  /** The parameters by the names of the release, without the layer's prefix. */
  Map<String, Parameter> named() {
    Map<String, Parameter> named = new LinkedHashMap<>();
    for (Parameter parameter : getDirectParameters().values()) {
      named.put(parameter.getName(), parameter);
    }
    return named;
  }

  /**
   * Adds attention and feed-forward to a stream of whole sequences.
   *
   * @param x {@code [batch, length, dim]}
   * @param turn rotary positions of these places
   * @param dropout probability in training
   */
  NDArray forward(ParameterStore store, NDArray x, Rope.Turn turn, double dropout, boolean train) {
    NDArray[] qkv = queryKeyValue(store, x, turn, train);
    NDArray mixed = TorchOps.attention(qkv[0], qkv[1], qkv[2], true);
    NDArray h = x.add(TorchOps.dropout(merge(store, mixed, train), dropout, train));
    return h.add(TorchOps.dropout(feedForward(store, h, train), dropout, train));
  }

  /**
   * The same for one new place whose forerunners are in the cache.
   *
   * @param x {@code [batch, 1, dim]}
   * @param cache keys and values of all places so far
   * @return the stream {@code [batch, 1, dim]}, then keys and values with the new place in them
   */
  NDList step(ParameterStore store, NDArray x, Rope.Turn turn, KeyValueCache cache) {
    Device device = x.getDevice();
    long batch = x.getShape().get(0);
    NDArray normed = norm(x, store.getValue(attentionNorm, device, false));
    NDArray fused = TorchOps.linear(normed, store.getValue(wqkv, device, false), null);
    // With one place the heads lie one behind the other already: nothing has to be transposed.
    NDList parts = fused.split(new long[] {2L * config.dim()}, 2);
    NDArray queryKey = parts.get(0).reshape(batch, 2L * config.heads(), 1, config.headDim());
    NDList turned = turn.apply(queryKey).split(new long[] {config.heads()}, 1);
    NDArray value = parts.get(1).reshape(batch, config.heads(), 1, config.headDim());
    KeyValueCache grown = cache.with(turned.get(1), value);
    NDArray mixed = grown.attend(turned.get(0)).reshape(batch, 1, config.dim());
    NDArray h = x.add(TorchOps.linear(mixed, store.getValue(wo, device, false), null));
    return new NDList(h.add(feedForward(store, h, false)), grown.keys(), grown.values());
  }

  /** Query, key and value, rotated: {@code [batch, heads, length, headDim]} each. */
  private NDArray[] queryKeyValue(ParameterStore store, NDArray x, Rope.Turn turn, boolean train) {
    Device device = x.getDevice();
    NDArray normed = norm(x, store.getValue(attentionNorm, device, train));
    NDArray fused = TorchOps.linear(normed, store.getValue(wqkv, device, train), null);
    NDList parts = TorchOps.splitHeads(fused, 3, config.heads());
    return new NDArray[] {turn.apply(parts.get(0)), turn.apply(parts.get(1)), parts.get(2)};
  }

  /** Heads {@code [batch, heads, length, headDim]} back into the stream's width. */
  private NDArray merge(ParameterStore store, NDArray heads, boolean train) {
    long batch = heads.getShape().get(0);
    long length = heads.getShape().get(2);
    NDArray flat = heads.transpose(0, 2, 1, 3).reshape(batch, length, config.dim());
    return TorchOps.linear(flat, store.getValue(wo, heads.getDevice(), train), null);
  }

  private NDArray feedForward(ParameterStore store, NDArray h, boolean train) {
    Device device = h.getDevice();
    NDArray normed = norm(h, store.getValue(ffnNorm, device, train));
    NDArray gate = TorchOps.linear(normed, store.getValue(w1, device, train), null);
    NDArray up = TorchOps.linear(normed, store.getValue(w3, device, train), null);
    NDArray hidden = TorchOps.silu(gate).mul(up); // [batch, length, hidden]
    return TorchOps.linear(hidden, store.getValue(w2, device, train), null);
  }

  private NDArray norm(NDArray x, NDArray weight) {
    return TorchOps.rmsNorm(x, weight, config.normEpsilon());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    throw new UnsupportedOperationException("a layer runs inside a GptPrior only");
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
