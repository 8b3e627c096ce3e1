package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Makes one of finitely many codes of a vector. Vectors are {@code [vectors, dim]}; indices are
 * int64 {@code [vectors]}, of {@link CompositeQuantizer} {@code [vectors, codebooks]}. Choosing and
 * looking up ({@link #indices}, {@link #codes}) can be traced into ONNX.
 */
public sealed interface Quantizer
    permits VectorQuantizer,
        SimVectorQuantizer,
        IndexQuantizer,
        ScalarQuantizer,
        BinaryQuantizer,
        CompositeQuantizer {

  /** Length of a vector and of a code. */
  int dim();

  /** Codes of one codebook. */
  int size();

  /** Codebooks, and so indices of one vector. */
  default int codebooks() {
    return 1;
  }

  /** Chooses codes in training: gradients pass. */
  Quantized quantize(NDArray vectors);

  /** Chooses codes. */
  NDArray indices(NDArray vectors);

  /** Codes of indices, without gradients: {@code [vectors, dim]}. */
  NDArray codes(NDArray indices);

  /** The indices whose codes these are; the inverse of {@link #codes}. */
  NDArray codesToIndices(NDArray codes);

  /**
   * How well codes suit vectors, more is better: what {@link #indices} makes as large as possible.
   *
   * @return {@code [vectors]}
   */
  NDArray fit(NDArray vectors, NDArray indices);

  /** All codes in the order of their indices: {@code [size, dim]}. */
  NDArray table();

  /** The loss terms by name, weighted. */
  Map<String, NDArray> losses(Quantized result);

  /** Arrays that change without gradients or never, by name; they belong to a checkpoint. */
  default Map<String, NDArray> buffers() {
    return Map.of();
  }

  /** Moves averages after a step. Without gradients. */
  default void track(Quantized result) {}

  /** Whether the step with this index looks for dead codes, in a run of {@code steps}. */
  default boolean restartsAfter(long step, long steps) {
    return false;
  }

  /**
   * Replaces codes that are hardly used by vectors of the batch. Without gradients, and without
   * reading anything back.
   */
  default void restart(NDArray vectors, SplittableRandom random) {}

  /** Makes the codes centres of given vectors, where a configuration asks for it. */
  default void startFrom(NDArray vectors, SplittableRandom random) {}
}
