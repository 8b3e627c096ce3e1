package io.github.ideal4j.golden;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.tokenizer.TokenizerTrainer;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.training.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

  /**
   * Trains one on {@link TinyPhotographs}.
   *
   * @param folder for features and the run
   * @param backbone the file of a {@link TinyVit}
   * @param validation photographs to measure on
   */
  public static TokenizerRun trained(
      Path folder, Path backbone, NDManager manager, List<RgbImage> validation, String... overrides)
      throws IOException {
    Path root = folder.resolve("run");
    new TokenizerTrainer(
            config(overrides),
            manager,
            folder.resolve("features"),
            Progress.silent(),
            new StopSignal())
        .train(
            new TokenizerTrainer.Photographs(
                TinyPhotographs.of(24, TinyVit.INPUT_SIZE, 1), validation, Map.of()),
            backbone,
            root,
            false);
    return TokenizerRun.open(root);
  }
}
