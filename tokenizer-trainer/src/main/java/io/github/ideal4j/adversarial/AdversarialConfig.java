package io.github.ideal4j.adversarial;

import ai.djl.ndarray.NDArray;
import io.github.ideal4j.torch.TorchOps;
import java.util.List;

/**
 * The adversarial loss; a weight of 0 leaves it out.
 *
 * @param weight of the generator's loss, and of the discriminator's own
 * @param network that judges
 * @param channels of the first layer of {@link Network#PATCHES}
 * @param depth of PATCHES: layers between the first and the last
 * @param taps of {@link Network#BACKBONE}: hidden states that heads look at, 0 is after the
 *     embeddings
 * @param loss of both sides
 * @param discriminatorStart first step, counted from 1, in which the discriminator learns
 * @param generatorStart first step in which the tokenizer hears it
 * @param adaptive whether the weight follows the size of gradients at the pixels
 * @param lecam weight of LeCam regularisation
 * @param lecamDecay of its averages
 * @param consistency weight of equal logits under strong augmentation
 * @param augmentation probability of mild augmentation
 * @param cutout share of a side that mild augmentation cuts out
 * @param strongCutout the same of strong augmentation, which always applies
 */
public record AdversarialConfig(
    double weight,
    Network network,
    int channels,
    int depth,
    List<Integer> taps,
    AdversarialLoss.Kind loss,
    int discriminatorStart,
    int generatorStart,
    boolean adaptive,
    double lecam,
    double lecamDecay,
    double consistency,
    double augmentation,
    double cutout,
    double strongCutout) {

  private static final double TRANSLATION = 0.125;

  /** Networks that judge. */
  public enum Network {
    /** Small heads on hidden states of the frozen backbone. */
    BACKBONE,
    /** PatchGAN. */
    PATCHES
  }

  /** The weights of the IDEAL release. */
  public static final AdversarialConfig RELEASED =
      new AdversarialConfig(
          0.5,
          Network.BACKBONE,
          64,
          3,
          List.of(0, 3, 6, 9, 12),
          AdversarialLoss.Kind.HINGE,
          20_000,
          20_000,
          false,
          0.001,
          0.999,
          4,
          0.5,
          0.2,
          0.5);

  public AdversarialConfig {
    taps = List.copyOf(taps);
    if (!(weight >= 0 && lecam >= 0 && consistency >= 0) || !(lecamDecay >= 0 && lecamDecay < 1)) {
      throw new IllegalArgumentException(
          "adversarial.weight, lecam and consistency must be at least 0 and lecamDecay in [0, 1), got %s, %s, %s and %s"
              .formatted(weight, lecam, consistency, lecamDecay));
    }
    if (channels < 1 || depth < 1 || taps.isEmpty()) {
      throw new IllegalArgumentException(
          "adversarial.channels and depth must be at least 1 and taps not empty, got %d, %d and %s"
              .formatted(channels, depth, taps));
    }
    if (discriminatorStart < 0 || generatorStart < discriminatorStart) {
      throw new IllegalArgumentException(
          "adversarial.generatorStart must not come before discriminatorStart, got %d and %d"
              .formatted(generatorStart, discriminatorStart));
    }
  }

  /** Whether there is an adversarial loss at all. */
  public boolean on() {
    return weight > 0;
  }

  AdversarialConfig withWeight(double newWeight) {
    return copy(newWeight, discriminatorStart, generatorStart, lecam, lecamDecay, consistency);
  }

  AdversarialConfig withLecam(double newLecam, double newDecay) {
    return copy(weight, discriminatorStart, generatorStart, newLecam, newDecay, consistency);
  }

  AdversarialConfig withConsistency(double newConsistency) {
    return copy(weight, discriminatorStart, generatorStart, lecam, lecamDecay, newConsistency);
  }

  AdversarialConfig withStarts(int discriminator, int generator) {
    return copy(weight, discriminator, generator, lecam, lecamDecay, consistency);
  }

  private AdversarialConfig copy(
      double newWeight,
      int discriminator,
      int generator,
      double newLecam,
      double newDecay,
      double newConsistency) {
    return new AdversarialConfig(
        newWeight,
        network,
        channels,
        depth,
        taps,
        loss,
        discriminator,
        generator,
        adaptive,
        newLecam,
        newDecay,
        newConsistency,
        augmentation,
        cutout,
        strongCutout);
  }

  /** Augmentation of everything that is judged. */
  Augmentation mild() {
    return new Augmentation(augmentation, TRANSLATION, cutout);
  }

  /** Augmentation that should not change a logit. */
  Augmentation strong() {
    return new Augmentation(1, TRANSLATION, strongCutout);
  }

  /**
   * What the discriminator wants small. Averages move in every step, also before its start.
   *
   * @param step counted from 1
   * @param averages of LeCam, {@code []} each
   */
  NDArray discriminatorLoss(
      long step,
      NDArray real,
      NDArray fake,
      NDArray strongReal,
      NDArray strongFake,
      List<NDArray> averages) {
    double on = step >= discriminatorStart ? 1 : 0;
    NDArray told = AdversarialLoss.discriminator(loss, real, fake);
    NDArray held = AdversarialLoss.lecam(real, fake, averages, lecamDecay);
    NDArray alike = AdversarialLoss.consistency(real, fake, strongReal, strongFake);
    return TorchOps.scale(told.add(TorchOps.scale(held, lecam)), on * weight)
        .add(TorchOps.scale(alike, on * consistency));
  }

  /** What the tokenizer wants small: {@code []}, 0 before its start. */
  NDArray generatorLoss(long step, NDArray fake) {
    double on = step >= generatorStart ? 1 : 0;
    return TorchOps.scale(AdversarialLoss.generator(loss, fake), on * weight);
  }
}
