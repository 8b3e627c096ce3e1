package io.github.ideal4j.pipeline.evaluation;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.backbone.BackboneInput;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.evaluation.bundle.AlignmentMeasure;
import io.github.ideal4j.evaluation.bundle.Teacher;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tokenizer.DualAlignedTokenizer;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.training.Configs;
import io.github.ideal4j.training.FeatureCache;
import io.github.ideal4j.training.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The backbone that a bundle was trained with, and the trained model itself, whose shallow features
 * are not served. Both are loaded when first needed. Features of few photographs are cached on the
 * disk, those of many are computed as they pass by.
 */
final class BundleTeacher implements AutoCloseable {

  private final Bundle bundle;
  private final EvaluationSettings settings;
  private final NDManager manager;
  private final Progress progress;
  private final List<FeatureCache> caches = new ArrayList<>();
  private final StopSignal stop = new StopSignal();
  private VisionBackbone backbone;
  private DualAlignedTokenizer trained;

  private BundleTeacher(
      Bundle bundle, EvaluationSettings settings, NDManager manager, Progress progress) {
    this.bundle = bundle;
    this.settings = settings;
    this.manager = manager;
    this.progress = progress;
  }

  static BundleTeacher open(
      Bundle bundle, EvaluationSettings settings, NDManager manager, Progress progress) {
    return new BundleTeacher(bundle, settings, manager, progress);
  }

  /** The backbone's own features of photographs; empty where no backbone was given. */
  Optional<Teacher> of(OpenPhotographs photographs) throws IOException {
    if (settings.files().backbone().isEmpty()) {
      return Optional.empty();
    }
    load(settings.files().backbone().get());
    if (!photographs.areFew()) {
      int side = bundle.description().image().height();
      return Optional.of(Teacher.of(backbone, BackboneInput.of(side, backbone)));
    }
    FeatureCache cache =
        FeatureCache.build(
            photographs.all().stream().map(LoadedImage::image).toList(),
            false,
            backbone,
            manager,
            settings.files().featureCache(),
            progress,
            stop);
    caches.add(cache);
    return Optional.of(Teacher.cached(cache));
  }

  /** What compares decoded with the teacher's features. */
  AlignmentMeasure alignment(Teacher teacher) {
    return new AlignmentMeasure(trained, teacher, manager);
  }

  private void load(Path file) throws IOException {
    if (backbone != null) {
      return;
    }
    TokenizerTrainingConfig config =
        Configs.read(bundle.file(BundleFiles.CONFIG), TokenizerTrainingConfig.class);
    BackboneLayers layers =
        new BackboneLayers(config.backbone().shallowLayer(), config.backbone().deepLayer());
    backbone = VisionBackbone.open(file, layers, config.backbone().inputSize(), manager);
    String expected = bundle.description().backbone().sha256();
    if (!backbone.sha256().equals(expected)) {
      throw new IOException(
          "%s has a backbone of sha256 %s; %s is %s"
              .formatted(bundle.folder(), expected, file, backbone.sha256()));
    }
    trained = DualAlignedTokenizer.create(config.model(), 0, manager);
    trained.load(bundle.file(BundleFiles.WEIGHTS));
  }

  @Override
  public void close() throws IOException {
    stop.close();
    for (FeatureCache cache : caches) {
      cache.close();
    }
    if (trained != null) {
      trained.close();
    }
    if (backbone != null) {
      backbone.close();
    }
  }
}
