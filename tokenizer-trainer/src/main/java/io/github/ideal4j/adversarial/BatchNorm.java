package io.github.ideal4j.adversarial;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchOps;
import java.util.List;

/**
 * Batch normalisation of {@code [batch, channels, length]} with running statistics.
 *
 * @param weight {@code [channels]}
 * @param bias {@code [channels]}
 * @param mean running, {@code [channels]}
 * @param variance running, unbiased, {@code [channels]}
 * @param momentum share of a new batch
 */
record BatchNorm(
    NDArray weight, NDArray bias, NDArray mean, NDArray variance, double epsilon, double momentum) {

  NDArray forward(NDArray x, boolean training) {
    long channels = x.getShape().get(1);
    if (!training) {
      NDArray centred = x.sub(column(mean, channels));
      NDArray root = TorchOps.addScalar(variance, epsilon).sqrt();
      return affine(centred.div(column(root, channels)), channels);
    }
    long count = x.getShape().get(0) * x.getShape().get(2);
    NDArray average = TorchOps.scale(x.sum(new int[] {0, 2}, true), 1.0 / count);
    NDArray centred = x.sub(average);
    NDArray spread = TorchOps.scale(centred.square().sum(new int[] {0, 2}, true), 1.0 / count);
    follow(average, spread, count);
    return affine(centred.div(TorchOps.addScalar(spread, epsilon).sqrt()), channels);
  }

  private void follow(NDArray average, NDArray spread, long count) {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    NDArray unbiased =
        TorchOps.scale(spread.stopGradient(), count / (double) Math.max(1, count - 1));
    TorchOps.lerp(
        List.of(mean, variance),
        List.of(average.stopGradient().reshape(-1), unbiased.reshape(-1)),
        momentum);
    Autograd.setRecording(recording);
  }

  private NDArray affine(NDArray x, long channels) {
    return x.mul(column(weight, channels)).add(column(bias, channels));
  }

  private static NDArray column(NDArray values, long channels) {
    return values.reshape(new Shape(1, channels, 1));
  }
}
