package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.ideal4j.torch.TorchOps;

/**
 * Keys and values of one layer at a fixed length, so that a step has the same shapes throughout.
 *
 * @param keys {@code [batch, heads, tokens, headDim]}, zero where nothing was written yet
 * @param values {@code [batch, heads, tokens, headDim]}, zero where nothing was written yet
 * @param here 1 at the place being written and 0 elsewhere, {@code [tokens, 1]}
 * @param elsewhere the opposite, {@code [tokens, 1]}
 * @param later a large negative number at places after it and 0 elsewhere, {@code [tokens]}
 */
record KeyValueCache(NDArray keys, NDArray values, NDArray here, NDArray elsewhere, NDArray later) {

  /** Far below any score, yet finite, so that a row of such numbers would not become NaN. */
  private static final double NEVER = -1e9;

  /** Where a step writes and what it may see. */
  record Place(NDArray here, NDArray elsewhere, NDArray later) {

    /**
     * @param position int64 {@code [1]}
     * @param places int64 {@code [tokens]}: 0, 1, 2 ...
     */
    static Place of(NDArray position, NDArray places) {
      NDArray here = position.eq(places).toType(DataType.FLOAT32, false);
      NDArray elsewhere = position.neq(places).toType(DataType.FLOAT32, false);
      NDArray later = position.lt(places).toType(DataType.FLOAT32, false);
      return new Place(here.reshape(-1, 1), elsewhere.reshape(-1, 1), TorchOps.scale(later, NEVER));
    }

    KeyValueCache cache(NDArray keys, NDArray values) {
      return new KeyValueCache(keys, values, here, elsewhere, later);
    }
  }

  /** The cache with a new key and value {@code [batch, heads, 1, headDim]} at its place. */
  KeyValueCache with(NDArray key, NDArray value) {
    return new KeyValueCache(
        keys.mul(elsewhere).add(key.mul(here)),
        values.mul(elsewhere).add(value.mul(here)),
        here,
        elsewhere,
        later);
  }

  /** What a query {@code [batch, heads, 1, headDim]} finds, in the same shape. */
  NDArray attend(NDArray query) {
    double scale = 1 / Math.sqrt((double) query.getShape().get(3));
    NDArray scores = TorchOps.scale(query, scale).matMul(keys.transpose(0, 1, 3, 2));
    return scores.add(later).softmax(-1).matMul(values); // scores [batch, heads, 1, tokens]
  }
}
