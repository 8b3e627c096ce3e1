package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.ideal4j.torch.TorchOps;

/** Multi-head attention whose projections for query, key and value are one matrix. */
final class Attention {

  private final int heads;
  private final NDArray weight;
  private final NDArray bias;
  private final Affine out;

  Attention(Weights weights, String name, int width, int heads) {
    this.heads = heads;
    Affine in = weights.linear(name + ".in_proj_weight", name + ".in_proj_bias", 3L * width, width);
    weight = in.weight();
    bias = in.bias();
    out = weights.linear(name + ".out_proj", width, width);
  }

  /** Every position asks all positions: {@code [batch, length, width]}. */
  NDArray self(NDArray x) {
    NDList qkv = TorchOps.splitHeads(TorchOps.linear(x, weight, bias), 3, heads);
    return merge(qkv.get(0), qkv.get(1), qkv.get(2));
  }

  /**
   * Positions of one sequence ask those of another.
   *
   * @param queries {@code [batch, length, width]}
   * @param context {@code [batch, length, width]}
   */
  NDArray cross(NDArray queries, NDArray context) {
    long width = context.getShape().get(2);
    NDArray q = split(TorchOps.linear(queries, rows(0, width), part(0, width)));
    NDArray packed = TorchOps.linear(context, rows(width, 3 * width), part(width, 3 * width));
    NDList keyValue = TorchOps.splitHeads(packed, 2, heads);
    return merge(q, keyValue.get(0), keyValue.get(1));
  }

  /**
   * The weights of {@link #cross}, to be looked at: softmax over the context.
   *
   * @param queries {@code [batch, length, width]}
   * @param context {@code [batch, length, width]}
   * @return {@code [batch, heads, length, length]}, queries before context
   */
  NDArray weights(NDArray queries, NDArray context) {
    long width = context.getShape().get(2);
    NDArray q = split(TorchOps.linear(queries, rows(0, width), part(0, width)));
    NDArray k = split(TorchOps.linear(context, rows(width, 2 * width), part(width, 2 * width)));
    double scale = Math.sqrt((double) heads / width);
    return TorchOps.scale(q.matMul(k.transpose(0, 1, 3, 2)), scale).softmax(-1);
  }

  private NDArray rows(long from, long to) {
    return weight.get("{}:{}, :", from, to);
  }

  private NDArray part(long from, long to) {
    return bias.get("{}:{}", from, to);
  }

  private NDArray split(NDArray x) {
    long width = x.getShape().get(2);
    return x.reshape(x.getShape().get(0), x.getShape().get(1), heads, width / heads)
        .transpose(0, 2, 1, 3); // [batch, heads, length, dim]
  }

  private NDArray merge(NDArray q, NDArray k, NDArray v) {
    long batch = q.getShape().get(0);
    long length = q.getShape().get(2);
    long width = heads * q.getShape().get(3);
    NDArray mixed = TorchOps.attention(q, k, v, false);
    return out.linear(mixed.transpose(0, 2, 1, 3).reshape(batch, length, width));
  }
}
