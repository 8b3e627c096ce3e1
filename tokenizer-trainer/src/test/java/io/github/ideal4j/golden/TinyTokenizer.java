package io.github.ideal4j.golden;

import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import java.util.ArrayList;
import java.util.List;

/** Settings of a tokenizer on {@link TinyVit} that trains in milliseconds a step. */
public final class TinyTokenizer {

  private TinyTokenizer() {}

  /** Thirty steps, with some values replaced: {@code "training.steps=5"}. */
  public static TokenizerTrainingConfig config(String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "model.imageSize=" + TinyVit.INPUT_SIZE,
                "model.grid=" + TinyVit.GRID,
                "model.width=" + TinyVit.WIDTH,
                "model.codebook.size=64",
                "model.codebook.dim=8",
                "model.codebook.restartEvery=7",
                "model.features.layers=1",
                "model.features.mlp=64",
                "model.pixels.channels=[16, 16, 8]",
                "backbone.inputSize=" + TinyVit.INPUT_SIZE,
                "backbone.shallowLayer=1",
                "backbone.deepLayer=" + TinyVit.LAYERS,
                "loss.lpipsCrop=32",
                "data.mirror=false",
                "training.steps=30",
                "training.batch=8",
                "training.logEvery=10",
                "training.validateEvery=30",
                "training.checkpointEvery=11",
                "training.optimizer.warmup=5"));
    all.addAll(List.of(overrides));
    return TokenizerTrainingConfig.PRESETS.load("tiny", all);
  }
}
