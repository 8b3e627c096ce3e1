package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Vectors and the codes they chose.
 *
 * @param codes {@code [vectors, dim]}, what a decoder gets; their gradient goes to the vectors
 * @param indices int64 {@code [vectors]}, of several codebooks {@code [vectors, codebooks]}
 * @param unit the vectors as the codebook sees them (at unit length on the sphere, bounded by
 *     levels), {@code [vectors, dim]}
 * @param chosen the codes themselves, {@code [vectors, dim]}; their gradient goes to a codebook
 *     that learns by gradient
 * @param parts the choice of each codebook where there are several, else empty
 */
public record Quantized(
    NDArray codes, NDArray indices, NDArray unit, NDArray chosen, List<Quantized> parts) {

  /** Copies the list. */
  public Quantized {
    parts = List.copyOf(parts);
  }

  static Quantized of(NDArray codes, NDArray indices, NDArray unit, NDArray chosen) {
    return new Quantized(codes, indices, unit, chosen, List.of());
  }
}
