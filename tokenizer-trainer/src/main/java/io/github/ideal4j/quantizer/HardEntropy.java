package io.github.ideal4j.quantizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;

/** Entropies of codes that were chosen, of signs: what BSQ's authors report beside soft ones. */
final class HardEntropy {

  private static final double LOG_FLOOR = 1e-8;

  private HardEntropy() {}

  /**
   * Entropy of the counts of all codes of a batch. Its gradient is the authors' rule and no
   * derivative: {@code -(log p + 1) / tokens / bits * code}, p the share of the token's code.
   *
   * @param codes signs {@code [batch, tokens, bits]}
   * @param epsilon added to each count
   */
  static NDArray ofCodebook(NDArray codes, double epsilon) {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    long bits = codes.getShape().get(2);
    NDArray flat = codes.stopGradient().reshape(-1, bits);
    NDArray value;
    NDArray pull;
    try {
      NDArray indices = indices(flat);
      NDArray counts = TorchOps.addScalar(TorchOps.bincount(indices, 1L << bits), epsilon);
      NDArray p = counts.div(counts.sum());
      NDArray log = TorchOps.addScalar(p, LOG_FLOOR).log();
      value = p.mul(log).sum().neg();
      long tokens = flat.getShape().get(0);
      NDArray own = Straight.lookUp(indices, log.reshape(-1, 1)); // [tokens, 1]
      double share = -1.0 / tokens / bits;
      pull = flat.mul(TorchOps.scale(TorchOps.addScalar(own, 1), share));
    } finally {
      Autograd.setRecording(recording);
    }
    NDArray carried = codes.reshape(-1, bits).mul(pull).sum();
    return carried.sub(carried.stopGradient()).add(value);
  }

  private static NDArray indices(NDArray codes) {
    int bits = Math.toIntExact(codes.getShape().get(1));
    float[] places = new float[bits];
    for (int i = 0; i < bits; i++) {
      places[i] = 1 << (bits - 1 - i);
    }
    NDArray row = NamedArrays.of(places, new Shape(1, bits), codes.getManager());
    NDArray on = TorchOps.toFloat(codes.gt(codes.zerosLike()));
    return TorchOps.cast(on.mul(row).sum(new int[] {1}), DataType.INT64);
  }

  /**
   * Entropy of each bit's frequency over the tokens of an image, summed over bits: the mean over
   * images.
   *
   * @param codes signs {@code [batch, tokens, bits]}
   */
  static NDArray ofImages(NDArray codes) {
    NDArray p = TorchOps.addScalar(TorchOps.scale(codes.mean(new int[] {1}), 0.5), 0.5);
    NDArray q = TorchOps.addScalar(p.neg(), 1);
    NDArray one = p.mul(TorchOps.addScalar(p, LOG_FLOOR).log());
    return one.add(q.mul(TorchOps.addScalar(q, LOG_FLOOR).log())).sum(new int[] {1}).mean().neg();
  }
}
