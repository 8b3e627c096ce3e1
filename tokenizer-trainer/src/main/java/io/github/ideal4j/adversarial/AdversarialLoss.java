package io.github.ideal4j.adversarial;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchOps;
import java.util.List;

/** Losses of discriminator and generator on logits {@code [batch, ...]}; each gives {@code []}. */
public final class AdversarialLoss {

  private static final double SMALLEST_NORM = 1e-4;
  private static final double LARGEST_WEIGHT = 1e4;

  private AdversarialLoss() {}

  /** Kinds of loss, for both sides. */
  public enum Kind {
    /** {@code relu(1 - real) + relu(1 + fake)}, halved; the generator gets {@code -fake}. */
    HINGE,
    /** Cross entropy, halved; the generator wants fake taken for real. */
    NON_SATURATING,
    /** Cross entropy of each image's mean logit, not halved, as in SEED-Voken. */
    IMAGE_NON_SATURATING,
    /**
     * What the IDEAL release computes under the name of non-saturating: logits and targets have
     * changed places, so fake gets no gradient. For comparisons only.
     */
    RELEASED_NON_SATURATING
  }

  /** What a discriminator wants small. */
  public static NDArray discriminator(Kind kind, NDArray real, NDArray fake) {
    return switch (kind) {
      case HINGE ->
          TorchOps.scale(
              relu(TorchOps.addScalar(real.neg(), 1))
                  .mean()
                  .add(relu(TorchOps.addScalar(fake, 1)).mean()),
              0.5);
      case NON_SATURATING ->
          TorchOps.scale(softplus(real.neg()).mean().add(softplus(fake).mean()), 0.5);
      case IMAGE_NON_SATURATING ->
          softplus(images(real).neg()).mean().add(softplus(images(fake)).mean());
      case RELEASED_NON_SATURATING ->
          TorchOps.scale(
              TorchOps.addScalar(real.mean().neg(), Math.log(1 + Math.E) + Math.log(2)), 0.5);
    };
  }

  /** What a generator wants small. */
  public static NDArray generator(Kind kind, NDArray fake) {
    return switch (kind) {
      case HINGE -> fake.mean().neg();
      case NON_SATURATING -> softplus(fake.neg()).mean();
      case IMAGE_NON_SATURATING -> softplus(images(fake).neg()).mean();
      case RELEASED_NON_SATURATING -> TorchOps.addScalar(fake.mean().neg(), Math.log(1 + Math.E));
    };
  }

  private static NDArray images(NDArray logits) {
    return logits.reshape(logits.getShape().get(0), -1).mean(new int[] {1});
  }

  private static NDArray relu(NDArray x) {
    return x.getNDArrayInternal().relu();
  }

  private static NDArray softplus(NDArray x) {
    return x.getNDArrayInternal().softPlus();
  }

  /**
   * LeCam regularisation (arXiv 2104.03310): moves the averages of both kinds of logits, then holds
   * logits near the other's average.
   *
   * @param averages of real and fake logits, {@code []} each, 0 at first
   */
  public static NDArray lecam(NDArray real, NDArray fake, List<NDArray> averages, double decay) {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    TorchOps.lerp(
        averages, List.of(real.stopGradient().mean(), fake.stopGradient().mean()), 1 - decay);
    NDArray ofReal = TorchOps.owned(averages.get(0));
    NDArray ofFake = TorchOps.owned(averages.get(1));
    ofReal.attach(real.getManager());
    ofFake.attach(real.getManager());
    Autograd.setRecording(recording);
    NDArray above = relu(real.sub(ofFake)).square().mean();
    return above.add(relu(fake.neg().add(ofReal)).square().mean());
  }

  /** Mean squared difference of the logits of mildly and strongly augmented images. */
  public static NDArray consistency(
      NDArray real, NDArray fake, NDArray strongReal, NDArray strongFake) {
    NDArray mild = real.concat(fake, 0);
    return mild.sub(strongReal.concat(strongFake, 0)).square().mean();
  }

  /**
   * The weight that brings the generator's gradient to the size of the other losses', a constant.
   *
   * @param reconstruction gradient of the other losses
   * @param adversarial gradient of the generator's loss at the same place
   */
  public static NDArray adaptiveWeight(NDArray reconstruction, NDArray adversarial) {
    NDArray ratio = norm(reconstruction).div(TorchOps.addScalar(norm(adversarial), SMALLEST_NORM));
    NDArray most = TorchOps.addScalar(ratio.zerosLike(), LARGEST_WEIGHT);
    return NDArrays.minimum(ratio, most).stopGradient();
  }

  private static NDArray norm(NDArray x) {
    return x.square().sum().sqrt();
  }
}
