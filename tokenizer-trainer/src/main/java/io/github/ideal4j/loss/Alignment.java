package io.github.ideal4j.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import io.github.ideal4j.torch.TorchOps;

/** How far decoded features are from the backbone's: the two alignment losses of IDEAL. */
public final class Alignment {

  private static final double SMALLEST_NORM = 1e-8;

  private Alignment() {}

  /** Mean squared difference: {@code []} from two arrays of one shape. */
  public static NDArray mse(NDArray predicted, NDArray target) {
    return predicted.sub(target).square().mean();
  }

  /** One minus the mean cosine of tokens: {@code []} from {@code [batch, tokens, width]} each. */
  public static NDArray cosine(NDArray predicted, NDArray target) {
    NDArray product = predicted.mul(target).sum(new int[] {2});
    NDArray norms = norm(predicted).mul(norm(target));
    NDArray floor = TorchOps.addScalar(norms.zerosLike(), SMALLEST_NORM);
    NDArray mean = product.div(NDArrays.maximum(norms, floor)).mean();
    return TorchOps.addScalar(mean.neg(), 1);
  }

  private static NDArray norm(NDArray x) {
    return x.square().sum(new int[] {2}).sqrt();
  }
}
