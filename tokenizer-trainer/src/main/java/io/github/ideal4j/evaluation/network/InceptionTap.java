package io.github.ideal4j.evaluation.network;

/**
 * Where features are taken from {@link Inception}, from shallow to deep. A later one needs every
 * layer that an earlier one needs.
 */
public enum InceptionTap {
  /** After the first max pool, averaged over space; FID's choice of 64 features. */
  POOL_64("64", 64),
  /** After the second max pool, averaged over space; FID's choice of 192 features. */
  POOL_192("192", 192),
  /**
   * The first 7 channels of {@code mixed_6/conv}, 17 x 17 places each: what sFID compares (arXiv
   * 2103.03841). Flattened channel by channel, then row by row; distances do not see the order.
   */
  SPATIAL("sfid", 7 * 17 * 17),
  /** After {@code mixed_7}, averaged over space; FID's choice of 768 features. */
  POOL_768("768", 768),
  /** After {@code mixed_8}, averaged over space; no published metric uses them. */
  POOL_1280("1280", 1280),
  /** After {@code mixed_10}, averaged over space: the usual FID, KID, precision and recall. */
  POOL_2048("2048", 2048),
  /**
   * Class probabilities for the Inception Score. As the published tools do it, the logits have no
   * bias.
   */
  PROBABILITIES("probabilities", 1008);

  private final String label;
  private final int width;

  InceptionTap(String label, int width) {
    this.label = label;
    this.width = width;
  }

  /** A short name for messages and tables, such as {@code 768}. */
  public String label() {
    return label;
  }

  /** How many numbers an image has here. */
  public int width() {
    return width;
  }
}
