package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;

/**
 * Keys and values of one layer for the places so far; it grows by one place a step, so that a step
 * moves and multiplies no more than it needs.
 *
 * @param keys {@code [batch, heads, places, headDim]}
 * @param values {@code [batch, heads, places, headDim]}
 */
record KeyValueCache(NDArray keys, NDArray values) {

  /** The cache with a new key and value {@code [batch, heads, 1, headDim]} at its end. */
  KeyValueCache with(NDArray key, NDArray value) {
    return new KeyValueCache(keys.concat(key, 2), values.concat(value, 2));
  }

  /** What a query {@code [batch, heads, 1, headDim]} finds, in the same shape. */
  NDArray attend(NDArray query) {
    return TorchOps.attention(query, keys, values, false);
  }
}
