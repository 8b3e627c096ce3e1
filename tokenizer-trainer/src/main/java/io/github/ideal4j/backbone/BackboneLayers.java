package io.github.ideal4j.backbone;

/**
 * Which blocks of a backbone the tokens come from, counted from 1.
 *
 * @param shallow a block in the first half, where pixels are still known
 * @param deep a later block, usually the last, where meaning is
 */
public record BackboneLayers(int shallow, int deep) {

  public BackboneLayers {
    if (shallow < 1 || deep <= shallow) {
      throw new IllegalArgumentException(
          "layers must rise from 1, got shallow %d and deep %d".formatted(shallow, deep));
    }
  }

  /** One third of the depth and the last block: 4 and 12 of 12, 8 and 24 of 24. */
  public static BackboneLayers of(VisionArchitecture architecture) {
    int layers = architecture.layers();
    return new BackboneLayers(Math.max(1, layers / 3), Math.max(2, layers));
  }
}
