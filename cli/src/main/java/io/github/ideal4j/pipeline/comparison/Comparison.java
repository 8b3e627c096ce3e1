package io.github.ideal4j.pipeline.comparison;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.FeatureCache;
import io.github.ideal4j.training.StopSignal;
import io.github.ideal4j.tribuo.model.ClassifierEvaluation;
import io.github.ideal4j.tribuo.model.DenseClassifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What tokens are worth beside other descriptions of the same photographs: the same logistic
 * regression on raw pixels, on decoded features and on the teacher's own.
 *
 * @param train photographs with labels to learn from
 * @param test photographs with labels to measure on
 */
public record Comparison(List<LoadedImage> train, List<LoadedImage> test) {

  private static final int CELLS = 8;
  private static final int BATCH = 16;

  /** Accuracy of pixels averaged over 8 x 8 cells. */
  public ClassifierEvaluation rawPixels(long seed, Progress progress) {
    return evaluate("raw 8x8 RGB", pixels(train), pixels(test), seed, progress);
  }

  /** Accuracy of the mean decoded deep feature of each token file's rows. */
  public ClassifierEvaluation decoded(
      Bundle bundle,
      Path trainTokens,
      Path testTokens,
      SessionSettings settings,
      long seed,
      Progress progress)
      throws IOException {
    try (ImageTokenizer tokenizer = ImageTokenizer.open(bundle, settings)) {
      float[][] first = decode(tokenizer, trainTokens);
      float[][] second = decode(tokenizer, testTokens);
      return evaluate("decoded deep, mean", first, second, seed, progress);
    }
  }

  /** Accuracy of the mean deep feature of the backbone, from its cache. */
  public ClassifierEvaluation teacher(
      Path backboneFile,
      BackboneLayers layers,
      int inputSize,
      Path cacheRoot,
      long seed,
      Progress progress)
      throws IOException {
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu());
        StopSignal stop = new StopSignal();
        VisionBackbone backbone = VisionBackbone.open(backboneFile, layers, inputSize, manager)) {
      float[][] first = deep(train, backbone, manager, cacheRoot, progress, stop);
      float[][] second = deep(test, backbone, manager, cacheRoot, progress, stop);
      return evaluate("teacher deep, mean", first, second, seed, progress);
    }
  }

  private ClassifierEvaluation evaluate(
      String name, float[][] first, float[][] second, long seed, Progress progress) {
    DenseClassifier classifier = DenseClassifier.train(name, first, labels(train), seed, progress);
    return classifier.evaluate(second, labels(test));
  }

  private static List<String> labels(List<LoadedImage> images) {
    return images.stream().map(image -> image.entry().label()).toList();
  }

  static float[][] pixels(List<LoadedImage> images) {
    return images.stream().map(image -> cells(image.image())).toArray(float[][]::new);
  }

  /** Mean colours of 8 x 8 cells: {@code [8 * 8 * 3]}, 0 to 255. */
  private static float[] cells(RgbImage image) {
    float[] means = new float[CELLS * CELLS * RgbImage.CHANNELS];
    int height = image.height() / CELLS;
    int width = image.width() / CELLS;
    for (int y = 0; y < CELLS * height; y++) {
      for (int x = 0; x < CELLS * width; x++) {
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          int cell = (y / height * CELLS + x / width) * RgbImage.CHANNELS + channel;
          means[cell] += (float) image.sample(x, y, channel) / (height * width);
        }
      }
    }
    return means;
  }

  private static float[][] decode(ImageTokenizer tokenizer, Path file) throws IOException {
    try (TokenDataset tokens = TokenDataset.open(file)) {
      float[][] means = new float[(int) tokens.size()][];
      for (int from = 0; from < means.length; from += BATCH) {
        int[][] grids = new int[Math.min(BATCH, means.length - from)][];
        for (int i = 0; i < grids.length; i++) {
          grids[i] = tokens.grid(from + i).indices();
        }
        List<float[]> deep = tokenizer.decode(grids).deep();
        for (int i = 0; i < grids.length; i++) {
          means[from + i] = mean(deep.get(i), grids[i].length);
        }
      }
      return means;
    }
  }

  static float[][] deep(
      List<LoadedImage> images,
      VisionBackbone backbone,
      NDManager manager,
      Path cacheRoot,
      Progress progress,
      StopSignal stop)
      throws IOException {
    List<RgbImage> pixels = images.stream().map(LoadedImage::image).toList();
    float[][] means = new float[pixels.size()][];
    int tokens = backbone.config().tokens();
    try (FeatureCache cache =
        FeatureCache.build(pixels, false, backbone, manager, cacheRoot, progress, stop)) {
      for (int i = 0; i < means.length; i++) {
        try (NDManager own = manager.newSubManager()) {
          means[i] = mean(cache.rows(own, new long[] {i}).deep().toFloatArray(), tokens);
        }
      }
    }
    return means;
  }

  /** The mean over an image's tokens. */
  private static float[] mean(float[] features, int tokens) {
    float[] mean = new float[features.length / tokens];
    for (int i = 0; i < features.length; i++) {
      mean[i % mean.length] += features[i] / tokens;
    }
    return mean;
  }
}
