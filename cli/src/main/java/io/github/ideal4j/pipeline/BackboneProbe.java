package io.github.ideal4j.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.backbone.BackboneFolder;
import io.github.ideal4j.backbone.BackboneInput;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.torch.TorchOps;
import io.github.ideal4j.tribuo.model.DenseClassifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What each block of a backbone still knows of the pixels, and what it already knows of the class:
 * so that one can choose the two levels of a tokenizer (arXiv 2606.11096, figure 1). Pixels are
 * predicted from single tokens by ridge regression, classes from mean tokens by logistic
 * regression; both are measured on other photographs.
 */
public final class BackboneProbe {

  private static final int BATCH = 8;
  private static final double NORM_EPSILON = 1e-6;

  private BackboneProbe() {}

  /**
   * What to probe.
   *
   * @param backbone folder or file
   * @param train labeled photographs to fit on
   * @param test labeled photographs to measure on
   * @param imageSize side to which photographs are brought
   * @param inputSize side of the backbone's input, at least that
   * @param seed of the classifier
   * @param device auto, cpu, cuda or cuda:n
   * @param threads of the processor
   */
  public record Request(
      Path backbone,
      Photographs train,
      Photographs test,
      int imageSize,
      int inputSize,
      long seed,
      String device,
      int threads) {}

  /**
   * One block.
   *
   * @param block 0 for the embeddings, then counted from 1
   * @param psnr of pixels predicted from single tokens, in decibels
   * @param accuracy of the class predicted from mean tokens, 0 to 1
   */
  public record Row(int block, double psnr, double accuracy) {}

  /**
   * All blocks.
   *
   * @param rows from the embeddings to the last block
   * @param trainPhotographs that were fitted on
   * @param testPhotographs that were measured on
   * @param majority share of the most frequent class among the test photographs
   */
  public record Result(List<Row> rows, int trainPhotographs, int testPhotographs, double majority) {

    public Result {
      rows = List.copyOf(rows);
    }

    /** The table, with bars. */
    public String text() {
      double least = rows.stream().mapToDouble(Row::psnr).min().orElse(0);
      double most = rows.stream().mapToDouble(Row::psnr).max().orElse(1);
      double best = rows.stream().mapToDouble(Row::accuracy).max().orElse(1);
      StringBuilder text =
          new StringBuilder(
              String.format("%-6s %-8s %-22s %-9s%n", "block", "PSNR", "", "accuracy"));
      for (Row row : rows) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-6d %5.2f dB %-22s %5.1f %%  %s%n",
                row.block(),
                row.psnr(),
                bar((row.psnr() - least) / Math.max(1e-9, most - least)),
                100 * row.accuracy(),
                bar(row.accuracy() / Math.max(1e-9, best))));
      }
      return text
          + String.format(
              Locale.ROOT,
              "%,d photographs to fit, %,d to measure; the most frequent class is %.1f %%",
              trainPhotographs,
              testPhotographs,
              100 * majority);
    }

    private static String bar(double share) {
      return "\u2588".repeat(Math.max(1, (int) Math.round(20 * share)));
    }
  }

  /** Probes every block. */
  public static Result run(Request request, Progress progress) throws IOException {
    TorchEngine engine = TorchEngine.start(request.threads());
    Autograd.setRecording(false);
    List<LoadedImage> train = request.train().load(request.imageSize()).images();
    List<LoadedImage> test = request.test().load(request.imageSize()).images();
    try (BackboneFolder folder = BackboneFolder.open(request.backbone());
        NDManager manager = engine.newManager(engine.device(request.device()).device());
        VisionBackbone backbone =
            VisionBackbone.open(
                folder,
                BackboneLayers.of(folder.architecture()),
                request.inputSize(),
                request.inputSize(),
                manager)) {
      List<Level> levels = new ArrayList<>();
      walk("Fitting blocks", backbone, train, manager, progress, levels, true);
      try (NDManager own = manager.newSubManager()) {
        levels.forEach(level -> level.regression.solve(own));
      }
      walk("Measuring blocks", backbone, test, manager, progress, levels, false);
      List<String> trainLabels = labels(train);
      List<String> testLabels = labels(test);
      List<Row> rows = new ArrayList<>();
      double majority = 0;
      for (int i = 0; i < levels.size(); i++) {
        Level level = levels.get(i);
        DenseClassifier classifier =
            DenseClassifier.train(
                "block " + i,
                level.trainMeans.toArray(float[][]::new),
                trainLabels,
                request.seed(),
                Progress.silent());
        var evaluation = classifier.evaluate(level.testMeans.toArray(float[][]::new), testLabels);
        majority = evaluation.majorityBaseline();
        rows.add(new Row(i, level.regression.psnr(), evaluation.accuracy()));
      }
      return new Result(rows, train.size(), test.size(), majority);
    }
  }

  private static List<String> labels(List<LoadedImage> images) {
    List<String> labels = new ArrayList<>();
    for (LoadedImage image : images) {
      if (image.entry().label() == null) {
        throw new IllegalArgumentException(
            "%s has no label, which a probe of classes needs".formatted(image.entry().path()));
      }
      labels.add(image.entry().label());
    }
    return labels;
  }

  /** What is learnt of one block. */
  private static final class Level {
    private final RidgeRegression regression;
    private final List<float[]> trainMeans = new ArrayList<>();
    private final List<float[]> testMeans = new ArrayList<>();

    Level(int width, int targets) {
      regression = new RidgeRegression(width, targets);
    }
  }

  private static void walk(
      String name,
      VisionBackbone backbone,
      List<LoadedImage> images,
      NDManager manager,
      Progress progress,
      List<Level> levels,
      boolean fit) {
    int size = images.get(0).image().width();
    BackboneInput input = BackboneInput.of(size, backbone);
    int prefix = backbone.config().architecture().prefix();
    try (Progress.Stage stage = progress.start(name, images.size(), "images")) {
      for (int from = 0; from < images.size(); from += BATCH) {
        List<LoadedImage> part = images.subList(from, Math.min(images.size(), from + BATCH));
        try (NDManager own = manager.newSubManager()) {
          NDArray bytes = bytes(own, part, size);
          NDArray targets = patches(bytes, backbone.config().grid());
          List<NDArray> states = backbone.block().hiddenStates(input.pixels(bytes));
          for (int i = 0; i < states.size(); i++) {
            NDArray tokens =
                TorchOps.layerNorm(states.get(i).get(":, {}:", prefix), null, null, NORM_EPSILON);
            NDArray rows = tokens.reshape(-1, backbone.config().width());
            if (levels.size() <= i) {
              levels.add(new Level(backbone.config().width(), (int) targets.getShape().get(1)));
            }
            Level level = levels.get(i);
            if (fit) {
              level.regression.add(rows, targets);
            } else {
              level.regression.measure(rows, targets);
            }
            float[] means = tokens.mean(new int[] {1}).toFloatArray();
            int width = means.length / part.size();
            for (int j = 0; j < part.size(); j++) {
              (fit ? level.trainMeans : level.testMeans)
                  .add(java.util.Arrays.copyOfRange(means, j * width, (j + 1) * width));
            }
          }
        }
        stage.advance(part.size());
      }
    }
  }

  private static NDArray bytes(NDManager manager, List<LoadedImage> images, int size) {
    ByteBuffer all = ByteBuffer.allocateDirect(images.size() * size * size * RgbImage.CHANNELS);
    images.forEach(image -> all.put(image.image().pixels()));
    return manager.create(
        all.flip(), new Shape(images.size(), size, size, RgbImage.CHANNELS), DataType.UINT8);
  }

  /** Pixels of the patch behind each token, 0 to 1: {@code [batch * tokens, side * side * 3]}. */
  private static NDArray patches(NDArray bytes, int grid) {
    long batch = bytes.getShape().get(0);
    long side = bytes.getShape().get(1) / grid;
    NDArray scaled = TorchOps.scale(TorchOps.toFloat(bytes), 1.0 / 255);
    return scaled
        .get(":, :{}, :{}", side * grid, side * grid)
        .reshape(batch, grid, side, grid, side, 3)
        .transpose(0, 1, 3, 2, 4, 5)
        .reshape(batch * grid * grid, side * side * 3);
  }
}
