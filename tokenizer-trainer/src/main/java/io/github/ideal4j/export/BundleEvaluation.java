package io.github.ideal4j.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.evaluation.CodebookUsage;
import io.github.ideal4j.evaluation.CosineMeter;
import io.github.ideal4j.evaluation.FeatureAlignment;
import io.github.ideal4j.evaluation.QualityMeter;
import io.github.ideal4j.evaluation.TokenizerMetrics;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.loss.Lpips;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.DecodedImages;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchOps;
import io.github.ideal4j.training.Configs;
import io.github.ideal4j.training.FeatureCache;
import io.github.ideal4j.training.StopSignal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures a bundle on photographs, by the graphs that are served. Only the perceptual distance and
 * the shallow features, which are not served, are computed by the engine.
 */
public final class BundleEvaluation {

  /** The file of a bundle with the configuration of its training. */
  public static final String CONFIG = "config.yaml";

  private static final int BATCH = 16;
  private static final double HALF_RANGE = 127.5;

  private final Bundle bundle;
  private final NDManager manager;
  private final SessionSettings settings;
  private final Progress progress;

  /**
   * @param bundle to measure
   * @param manager on the device that computes what is not served
   * @param settings of the graphs
   * @param progress hears of every photograph
   */
  public BundleEvaluation(
      Bundle bundle, NDManager manager, SessionSettings settings, Progress progress) {
    this.bundle = bundle;
    this.manager = manager;
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Everything that was measured.
   *
   * @param metrics of the set
   * @param tokens of each photograph
   * @param reconstructions of each photograph
   * @param decodedDeep mean decoded deep feature of each photograph, {@code [width]}
   */
  public record Result(
      TokenizerMetrics metrics,
      List<int[]> tokens,
      List<RgbImage> reconstructions,
      List<float[]> decodedDeep) {}

  /**
   * Measures, with the teacher's features where the backbone is given.
   *
   * @param photographs of the bundle's size
   * @param backboneFile what the tokenizer was trained with; null leaves the cosines out
   * @param cacheRoot folder of all feature caches
   */
  public Result measure(List<RgbImage> photographs, Path backboneFile, Path cacheRoot)
      throws IOException {
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    try (NDManager own = manager.newSubManager();
        Lpips lpips = Lpips.load(own)) {
      if (backboneFile == null) {
        return new Measuring(photographs, lpips, null, null).run(own);
      }
      TokenizerTrainingConfig config =
          Configs.read(bundle.file(CONFIG), TokenizerTrainingConfig.class);
      BackboneLayers layers =
          new BackboneLayers(config.backbone().shallowLayer(), config.backbone().deepLayer());
      try (VisionBackbone backbone =
              VisionBackbone.open(backboneFile, layers, config.backbone().inputSize(), own);
          DualAlignedTokenizer tokenizer = DualAlignedTokenizer.create(config.model(), 0, own);
          StopSignal stop = new StopSignal()) {
        requireSame(backbone, backboneFile);
        tokenizer.load(bundle.file(BundleFiles.WEIGHTS));
        try (FeatureCache teacher =
            FeatureCache.build(photographs, false, backbone, own, cacheRoot, progress, stop)) {
          return new Measuring(photographs, lpips, teacher, tokenizer).run(own);
        }
      }
    } finally {
      Autograd.setRecording(recording);
    }
  }

  private void requireSame(VisionBackbone backbone, Path file) throws IOException {
    String expected = bundle.description().backbone().sha256();
    if (!backbone.sha256().equals(expected)) {
      throw new IOException(
          "%s has a backbone of sha256 %s; %s is %s"
              .formatted(bundle.folder(), expected, file, backbone.sha256()));
    }
  }

  /** One measurement. */
  private final class Measuring {

    private final List<RgbImage> photographs;
    private final Lpips lpips;
    private final FeatureCache teacher;
    private final DualAlignedTokenizer tokenizer;
    private final QualityMeter quality = new QualityMeter();
    private final List<int[]> grids = new ArrayList<>();
    private final List<RgbImage> reconstructions = new ArrayList<>();
    private final List<float[]> pooled = new ArrayList<>();
    private CosineMeter deep;
    private CosineMeter centred;
    private CosineMeter shallow;
    private double lpipsSum;

    Measuring(
        List<RgbImage> photographs,
        Lpips lpips,
        FeatureCache teacher,
        DualAlignedTokenizer tokenizer) {
      this.photographs = photographs;
      this.lpips = lpips;
      this.teacher = teacher;
      this.tokenizer = tokenizer;
    }

    Result run(NDManager own) throws IOException {
      if (teacher != null) {
        int width = tokenizer.config().width();
        deep = CosineMeter.plain(width);
        centred = CosineMeter.centred(tokenizer.deepMean());
        shallow = CosineMeter.plain(width);
      }
      try (ImageTokenizer served = ImageTokenizer.open(bundle, settings, BATCH);
          Progress.Stage stage = progress.start("Evaluating", photographs.size(), "photographs")) {
        for (int from = 0; from < photographs.size(); from += BATCH) {
          int to = Math.min(photographs.size(), from + BATCH);
          try (NDManager batch = own.newSubManager()) {
            add(served, from, to, batch);
          }
          stage.advance(to - from);
        }
      }
      FeatureAlignment alignment =
          teacher == null
              ? new FeatureAlignment(Double.NaN, Double.NaN, Double.NaN)
              : new FeatureAlignment(deep.result(), centred.result(), shallow.result());
      int codes = bundle.description().codebook().size();
      TokenizerMetrics metrics =
          new TokenizerMetrics(
              quality.result(),
              lpipsSum / photographs.size(),
              CodebookUsage.of(codes, grids),
              alignment);
      return new Result(metrics, grids, reconstructions, pooled);
    }

    private void add(ImageTokenizer served, int from, int to, NDManager batch) {
      List<RgbImage> originals = photographs.subList(from, to);
      int[][] tokens = served.encode(originals);
      DecodedImages decoded = served.decode(tokens);
      quality.addAll(originals, decoded.images());
      grids.addAll(Arrays.asList(tokens));
      reconstructions.addAll(decoded.images());
      int cells = tokens[0].length;
      decoded.deep().forEach(features -> pooled.add(mean(features, cells)));
      NDArray truth = planes(originals, batch);
      NDArray shown = planes(decoded.images(), batch);
      lpipsSum += lpips.distance(shown, truth).sum().getFloat();
      if (teacher != null) {
        compareFeatures(tokens, decoded, from, batch);
      }
    }

    private void compareFeatures(int[][] tokens, DecodedImages decoded, int from, NDManager batch) {
      long[] rows = new long[tokens.length];
      Arrays.setAll(rows, i -> from + i);
      BackboneTokens features = teacher.rows(batch, rows);
      int length = decoded.deep().get(0).length;
      float[] teacherDeep = features.deep().toFloatArray();
      for (int i = 0; i < rows.length; i++) {
        float[] own = Arrays.copyOfRange(teacherDeep, i * length, (i + 1) * length);
        deep.add(decoded.deep().get(i), own);
        centred.add(decoded.deep().get(i), own);
      }
      long[] flat = Arrays.stream(tokens).flatMapToInt(Arrays::stream).asLongStream().toArray();
      NDArray indices = batch.create(flat, new Shape(tokens.length, tokens[0].length));
      shallow.add(
          tokenizer.decode(indices).shallow().toFloatArray(), features.shallow().toFloatArray());
    }
  }

  /** The mean feature of an image's tokens. */
  private static float[] mean(float[] features, int cells) {
    int width = features.length / cells;
    float[] mean = new float[width];
    for (int i = 0; i < features.length; i++) {
      mean[i % width] += features[i] / cells;
    }
    return mean;
  }

  /** Images as {@code [batch, 3, height, width]} in -1 to 1. */
  private static NDArray planes(List<RgbImage> images, NDManager manager) {
    RgbImage first = images.get(0);
    ByteBuffer bytes = ByteBuffer.allocateDirect(images.size() * first.pixels().length);
    images.forEach(image -> bytes.put(image.pixels()));
    Shape shape = new Shape(images.size(), first.height(), first.width(), RgbImage.CHANNELS);
    NDArray array = manager.create(bytes.flip(), shape, DataType.UINT8);
    NDArray planes = TorchOps.toFloat(array).transpose(0, 3, 1, 2);
    return TorchOps.addScalar(TorchOps.scale(planes, 1 / HALF_RANGE), -1);
  }
}
