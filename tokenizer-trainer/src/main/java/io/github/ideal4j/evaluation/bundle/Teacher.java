package io.github.ideal4j.evaluation.bundle;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.backbone.BackboneInput;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.training.FeatureCache;
import java.util.Arrays;

/** Where the frozen backbone's own tokens come from: its cache, or the backbone itself. */
@FunctionalInterface
public interface Teacher {

  /** The tokens of a batch's originals; {@code manager} owns them. */
  BackboneTokens tokens(EvaluatedBatch batch, NDManager manager);

  /** Tokens that were computed before, of all originals in their order. */
  static Teacher cached(FeatureCache cache) {
    return (batch, manager) -> {
      long[] rows = new long[batch.size()];
      Arrays.setAll(rows, i -> batch.first() + i);
      return cache.rows(manager, rows);
    };
  }

  /** Tokens that are computed now, and not kept. */
  static Teacher of(VisionBackbone backbone, BackboneInput input) {
    return (batch, manager) ->
        backbone.tokens(input.pixels(ImagePlanes.bytes(batch.pixels(), manager)));
  }
}
