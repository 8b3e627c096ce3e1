package io.github.ideal4j.pipeline;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.export.BundleEvaluation;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A bundle and photographs to numbers. */
public final class Evaluating {

  private Evaluating() {}

  /**
   * What to measure on what.
   *
   * @param bundle folder
   * @param photographs to measure on
   * @param backbone of the bundle, for the cosines; empty leaves them out
   * @param features folder of cached features
   * @param device of what is not served
   * @param threads of the processor
   * @param settings of the runtime
   */
  public record Request(
      Path bundle,
      Photographs photographs,
      Optional<Path> backbone,
      Path features,
      String device,
      int threads,
      SessionSettings settings) {}

  /**
   * What was measured.
   *
   * @param evaluation the numbers, tokens and reconstructions
   * @param photographs that were measured on
   * @param skipped photographs that could not be read
   */
  public record Result(
      BundleEvaluation.Result evaluation, List<LoadedImage> photographs, int skipped) {}

  /** Measures. */
  public static Result run(Request request, Progress progress) throws IOException {
    Bundle bundle = Bundle.open(request.bundle());
    Photographs.Loaded loaded = request.photographs().load(bundle.description().image().height());
    List<RgbImage> images = loaded.images().stream().map(LoadedImage::image).toList();
    TorchEngine engine = TorchEngine.start(request.threads());
    try (NDManager manager = engine.newManager(engine.device(request.device()).device())) {
      BundleEvaluation evaluation =
          new BundleEvaluation(bundle, manager, request.settings(), progress);
      return new Result(
          evaluation.measure(images, request.backbone().orElse(null), request.features()),
          loaded.images(),
          loaded.skipped());
    }
  }
}
