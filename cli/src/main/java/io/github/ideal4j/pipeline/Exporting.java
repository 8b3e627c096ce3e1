package io.github.ideal4j.pipeline;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.export.GraphForm;
import io.github.ideal4j.export.PriorExport;
import io.github.ideal4j.export.TokenizerExport;
import io.github.ideal4j.image.ImageLoader;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.prior.PriorRun;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tokenizer.TokenizerRun;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Run folders to a bundle. */
public final class Exporting {

  private static final int COMPARED = 32;
  private static final String LAST = "last";

  private Exporting() {}

  /**
   * What to export.
   *
   * @param tokenizer run folder
   * @param prior run folder, if the bundle gets one
   * @param out folder of the bundle
   * @param name of the tokenizer
   * @param backbone that it was trained with
   * @param photographs to compare on; those of the split test if there is one
   * @param form of the graphs
   * @param checkpoint of the tokenizer: last, best or a number of steps
   * @param threads of the processor
   */
  public record Request(
      Path tokenizer,
      Optional<Path> prior,
      Path out,
      String name,
      Path backbone,
      Path photographs,
      GraphForm form,
      String checkpoint,
      int threads) {

    /** The last checkpoint in the standard form. */
    public Request(
        Path tokenizer,
        Optional<Path> prior,
        Path out,
        String name,
        Path backbone,
        Path photographs,
        int threads) {
      this(tokenizer, prior, out, name, backbone, photographs, GraphForm.STANDARD, LAST, threads);
    }
  }

  /**
   * What was written.
   *
   * @param bundle its folder
   * @param tokenizerSha256 identifies the tokenizer
   * @param comparison of the tokenizer with the trained one
   * @param priorComparison of the prior with the trained one, in words; empty without a prior
   */
  public record Result(
      Path bundle,
      String tokenizerSha256,
      TokenizerExport.Comparison comparison,
      String priorComparison) {

    /** The result in words. */
    public String text() {
      String prior = priorComparison.isEmpty() ? "" : "%nPrior: %s".formatted(priorComparison);
      return "%s%nTokenizer: %s%s".formatted(bundle, comparison, prior);
    }
  }

  /** Exports the tokenizer, and the prior if there is one. */
  public static Result run(Request request, Progress progress) throws IOException {
    TorchEngine engine = TorchEngine.start(request.threads());
    long parts = request.prior().isPresent() ? 2 : 1;
    try (Progress.Stage stage = progress.start("Exporting", parts, "models")) {
      TokenizerRun run = TokenizerRun.open(request.tokenizer()).at(request.checkpoint());
      List<RgbImage> photographs =
          photographs(request.photographs(), run.config().model().imageSize());
      TokenizerExport.Result exported =
          TokenizerExport.export(
              run, request.backbone(), request.name(), photographs, request.form(), request.out());
      stage.advance(1);
      String prior = "";
      if (request.prior().isPresent()) {
        prior = addPrior(engine, exported.bundle(), request.prior().get(), request.out());
        stage.advance(1);
      }
      Bundle bundle = Bundle.open(request.out());
      return new Result(
          request.out(), bundle.manifest().tokenizerSha256(), exported.comparison(), prior);
    }
  }

  /** Writes a copy of a bundle that has this prior; says in words how it compared. */
  public static String withPrior(Path bundle, Path prior, Path out, int threads)
      throws IOException {
    return addPrior(TorchEngine.start(threads), Bundle.open(bundle), prior, out);
  }

  /** Puts a trained prior into a bundle and says in words how it compared. */
  static String addPrior(TorchEngine engine, Bundle bundle, Path priorRun, Path out)
      throws IOException {
    try (NDManager manager = engine.newManager(Device.cpu())) {
      return PriorExport.addTo(bundle, PriorRun.open(priorRun), manager, out).report().summary();
    }
  }

  /** Some photographs, from the split that was not trained on where there is one. */
  private static List<RgbImage> photographs(Path source, int size) throws IOException {
    try (ImageSource images = ImageSource.open(source)) {
      boolean test = images.entries().stream().anyMatch(entry -> "test".equals(entry.split()));
      ImageSelection all = test ? ImageSelection.split("test") : ImageSelection.all();
      int every = Math.max(1, all.of(images).size() / COMPARED);
      return new ImageLoader(images, all.withEvery(every), size, false)
          .loadAll().stream().map(LoadedImage::image).limit(COMPARED).toList();
    }
  }
}
