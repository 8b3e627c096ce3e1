package io.github.ideal4j.prior;

import ai.djl.ndarray.NDManager;
import java.util.List;

/** Small priors of every kind. */
public final class PriorShapes {

  private PriorShapes() {}

  /** Each architecture; with targets, without classes, with several codebooks. */
  public static List<PriorConfig> all() {
    return List.of(
        gpt(24, 1, 3, false),
        gpt(10, 2, 3, true),
        gpt(8, 1, 0, false),
        rar(24, 1, 3),
        rar(9, 3, 2));
  }

  /** Those that can be trained in random order. */
  public static List<PriorConfig> ordered() {
    return List.of(gpt(10, 2, 3, true), gpt(12, 1, 3, true), rar(24, 1, 3), rar(9, 3, 2));
  }

  private static PriorConfig gpt(int size, int codebooks, int classes, boolean targets) {
    return new GptPriorConfig(
        2,
        32,
        2,
        96,
        new PriorData(size, classes, 3, 4, codebooks),
        1e-5,
        10000,
        GptPriorConfig.ClassRope.IDENTITY,
        targets);
  }

  private static PriorConfig rar(int size, int codebooks, int classes) {
    return new RarPriorConfig(2, 30, 3, 70, new PriorData(size, classes, 3, 4, codebooks), 1e-6);
  }

  /** A prior whose weights are all far from their first values. */
  public static Prior disturbed(PriorConfig config, long seed, NDManager manager) {
    Prior prior = Prior.create(config, 0.1, 1, manager);
    RandomWeights.addTo(prior.named(), seed);
    return prior;
  }
}
