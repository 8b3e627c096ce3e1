package io.github.ideal4j.adversarial;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.torch.AdamW;
import io.github.ideal4j.torch.Autograd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A discriminator that learns beside a tokenizer, with an optimizer of its own. Both sides leave it
 * alone before their start steps: unlike in the release, nothing moves and nothing decays until
 * then.
 */
public final class Adversary implements AutoCloseable {

  /** What names of its arrays begin with in a checkpoint. */
  public static final String PREFIX = "discriminator.";

  private final AdversarialConfig config;
  private final Discriminator network;
  private final AdamW optimizer;
  private final List<NDArray> averages;

  /**
   * @param network whose arrays the caller owns
   * @param settings of its optimizer
   * @param manager on the device of the computation
   */
  public Adversary(
      AdversarialConfig config, Discriminator network, AdamW.Settings settings, NDManager manager) {
    this.config = config;
    this.network = network;
    optimizer = new AdamW(settings, manager);
    network
        .parameters()
        .forEach((name, array) -> optimizer.add(name, array, array.getShape().dimension() >= 2));
    averages = List.of(manager.zeros(new Shape()), manager.zeros(new Shape()));
  }

  /** Everything that a checkpoint must hold: network, averages, optimizer. */
  public Map<String, NDArray> buffers() {
    Map<String, NDArray> buffers = new LinkedHashMap<>();
    network.parameters().forEach((name, array) -> buffers.put(PREFIX + name, array));
    network.buffers().forEach((name, array) -> buffers.put(PREFIX + name, array));
    buffers.put(PREFIX + "lecam_real", averages.get(0));
    buffers.put(PREFIX + "lecam_fake", averages.get(1));
    optimizer.state().forEach((name, array) -> buffers.put(PREFIX + "optimizer." + name, array));
    return buffers;
  }

  /** Whether the tokenizer hears the discriminator in a step counted from 0. */
  public boolean speaks(long index) {
    return index + 1 >= config.generatorStart();
  }

  /** Whether the discriminator learns in a step counted from 0. */
  public boolean learns(long index) {
    return index + 1 >= config.discriminatorStart();
  }

  /**
   * The tokenizer's loss, weighted.
   *
   * @param pixels reconstructions {@code [batch, 3, height, width]}
   * @param random decides the augmentation
   */
  public NDArray generatorLoss(long index, NDArray pixels, SplittableRandom random) {
    return config.generatorLoss(
        index + 1, network.logits(config.mild().apply(pixels, random), true));
  }

  /**
   * One step of the discriminator.
   *
   * @param real photographs {@code [batch, 3, height, width]}
   * @param fake their reconstructions
   * @param random decides the augmentation
   * @param rate learning rate
   */
  public void learn(long index, NDArray real, NDArray fake, SplittableRandom random, double rate) {
    network
        .parameters()
        .values()
        .forEach(Autograd::forgetGradient); // the tokenizer's pass left some
    Augmentation mild = config.mild();
    Augmentation strong = config.strong();
    NDArray truth = real.stopGradient();
    NDArray made = fake.stopGradient();
    Autograd.setRecording(true);
    try {
      NDArray loss =
          config.discriminatorLoss(
              index + 1,
              network.logits(mild.apply(truth, random), true),
              network.logits(mild.apply(made, random), true),
              network.logits(strong.apply(truth, random), true),
              network.logits(strong.apply(made, random), true),
              averages);
      Autograd.backward(loss);
    } finally {
      Autograd.setRecording(false);
    }
    optimizer.step(rate);
  }

  @Override
  public void close() {
    optimizer.close();
  }
}
