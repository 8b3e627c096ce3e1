package io.github.ideal4j.prior;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import io.github.ideal4j.torch.TorchOps;

/**
 * A whole set of tokens on the device, so that a step sends only the numbers of its rows.
 *
 * @param tokens int32 {@code [rows, cells]}
 * @param classes of the rows, on the host
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; lists would box every token
record DeviceTokens(NDArray tokens, int[] classes) {

  static DeviceTokens of(NDManager manager, int[] tokens, int[] classes) {
    int cells = tokens.length / classes.length;
    try (NDArray onHeap = manager.create(tokens, new Shape(classes.length, cells))) {
      return new DeviceTokens(TorchOps.owned(onHeap), classes);
    }
  }

  int rows() {
    return classes.length;
  }

  /** Some rows as int64 {@code [rows.length, cells]}, owned by the manager. */
  NDArray rows(NDManager manager, int[] rows) {
    long[] ids = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      ids[i] = rows[i];
    }
    NDArray chosen = manager.create(ids);
    NDArray found = Embedding.embedding(chosen, tokens, SparseFormat.DENSE).singletonOrThrow();
    return TorchOps.cast(found, DataType.INT64);
  }
}
