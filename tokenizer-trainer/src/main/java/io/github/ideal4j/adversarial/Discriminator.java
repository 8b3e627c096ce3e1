package io.github.ideal4j.adversarial;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** A network that tells photographs from reconstructions. */
public sealed interface Discriminator permits PatchDiscriminator, TokenHeads {

  /**
   * Logits, larger for what looks like a photograph.
   *
   * @param images {@code [batch, 3, height, width]} in -1 to 1
   * @param training whether statistics and power iterations move, as they do in every forward pass
   * @return {@code [batch, ...]}
   */
  NDArray logits(NDArray images, boolean training);

  /** Arrays that learn by gradient, by name. */
  Map<String, NDArray> parameters();

  /** Arrays that change otherwise, by name. */
  Map<String, NDArray> buffers();
}
