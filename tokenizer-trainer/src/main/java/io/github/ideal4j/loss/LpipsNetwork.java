package io.github.ideal4j.loss;

import java.util.List;

/**
 * The networks that LPIPS 0.1 has weights for. Distances of different networks cannot be compared:
 * tables name the network.
 */
public enum LpipsNetwork {
  /** SqueezeNet 1.1, looked at in seven places; comes whole with this module. */
  SQUEEZE("squeeze", 64, 128, 256, 384, 384, 512, 512),
  /** AlexNet, after each of its five convolutions: what most papers report. */
  ALEX("alex", 64, 192, 384, 256, 256),
  /** VGG16, after the last convolution of each of its five stages: what many train with. */
  VGG("vgg", 64, 128, 256, 512, 512);

  private final String label;

  @SuppressWarnings("ImmutableEnumChecker") // a list that nothing can change
  private final List<Integer> channels;

  LpipsNetwork(String label, Integer... channels) {
    this.label = label;
    this.channels = List.of(channels);
  }

  /** The short name of the paper's code. */
  public String label() {
    return label;
  }

  /** Channels at each place that is looked at, shallow first. */
  public List<Integer> channels() {
    return channels;
  }
}
