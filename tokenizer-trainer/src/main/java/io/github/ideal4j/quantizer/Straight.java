package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import io.github.ideal4j.torch.TorchOps;

/** What quantizers share: how gradients pass a choice, and tables. */
final class Straight {

  private static final double SMALLEST_NORM = 1e-6;

  private Straight() {}

  /** The value of {@code code}, the gradient of {@code vector}. */
  static NDArray through(NDArray vector, NDArray code) {
    return vector.add(code.sub(vector).stopGradient());
  }

  /**
   * The rotation trick (arXiv 2410.06424): the vector is rotated and scaled onto its code by a
   * constant transform, which also turns its gradient.
   *
   * @param vector {@code [vectors, dim]}
   * @param code {@code [vectors, dim]}
   */
  static NDArray rotate(NDArray vector, NDArray code) {
    NDArray from = vector.stopGradient();
    NDArray to = code.stopGradient();
    NDArray fromNorm = norm(from);
    NDArray toNorm = norm(to);
    NDArray u = from.div(fromNorm);
    NDArray v = to.div(toNorm);
    NDArray between = u.add(v);
    NDArray r = between.div(norm(between)).stopGradient();
    NDArray mirrored = r.mul(vector.mul(r).sum(new int[] {1}, true));
    NDArray turned = v.mul(vector.mul(u).sum(new int[] {1}, true));
    NDArray difference = turned.sub(mirrored);
    return vector.add(TorchOps.scale(difference, 2)).mul(toNorm.div(fromNorm));
  }

  private static NDArray norm(NDArray x) {
    NDArray norm = x.square().sum(new int[] {1}, true).sqrt();
    return NDArrays.maximum(
        norm, TorchOps.addScalar(x.getManager().zeros(new Shape(1)), SMALLEST_NORM));
  }

  /** Rows of a table: {@code [vectors, dim]} for int64 indices {@code [vectors]}. */
  static NDArray lookUp(NDArray indices, NDArray table) {
    return Embedding.embedding(indices, table, SparseFormat.DENSE).singletonOrThrow();
  }

  /**
   * The code at the smallest distance: int64 {@code [vectors]}.
   *
   * @param vectors {@code [vectors, dim]}
   * @param table {@code [size, dim]}
   */
  static NDArray nearest(NDArray vectors, NDArray table) {
    return vectors.matMul(table.transpose()).sub(halfSquares(table)).argMax(1);
  }

  /** Half of the squared length of each code: {@code [size]}. */
  static NDArray halfSquares(NDArray table) {
    return TorchOps.scale(table.square().sum(new int[] {1}), 0.5);
  }

  /** Minus half of the squared distance, {@code [vectors]}. */
  static NDArray fit(NDArray vectors, NDArray codes) {
    return TorchOps.scale(vectors.sub(codes).square().sum(new int[] {1}), -0.5);
  }
}
