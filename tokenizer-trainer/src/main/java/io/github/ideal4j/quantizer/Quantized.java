package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;

/**
 * Vectors and the codes they chose.
 *
 * @param codes {@code [vectors, dim]}, unit length; their gradient goes to the vectors
 * @param indices int64 {@code [vectors]}
 * @param unit the vectors at unit length, {@code [vectors, dim]}
 * @param table the codebook at unit length, {@code [size, dim]}
 */
public record Quantized(NDArray codes, NDArray indices, NDArray unit, NDArray table) {}
