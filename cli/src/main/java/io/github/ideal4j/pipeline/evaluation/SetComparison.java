package io.github.ideal4j.pipeline.evaluation;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.evaluation.EvaluationProtocol;
import io.github.ideal4j.evaluation.StageTiming;
import io.github.ideal4j.evaluation.bundle.BundleEvaluation;
import io.github.ideal4j.evaluation.bundle.EvaluatedBatch;
import io.github.ideal4j.evaluation.bundle.FeatureSet;
import io.github.ideal4j.evaluation.bundle.Measure;
import io.github.ideal4j.evaluation.bundle.Measurements;
import io.github.ideal4j.evaluation.bundle.PixelSum;
import io.github.ideal4j.evaluation.bundle.Stopwatch;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Two sources of images to numbers: how far generated images are from real ones, and, where both
 * have the same names, each image from its original. Memory does not grow with the images.
 */
public final class SetComparison {

  private final Request request;
  private final EvaluationSettings settings;
  private final Progress progress;
  private final Measurements numbers = new Measurements();
  private final Stopwatch clock = new Stopwatch();

  private SetComparison(Request request, Progress progress) {
    this.request = request;
    this.progress = progress;
    settings = request.settings();
    if (settings.protocol() == EvaluationProtocol.NATIVE) {
      throw new IllegalArgumentException(
          "protocol native is the size of a bundle's images; two sources take adm256 or"
              + " torch-fidelity");
    }
    for (Metric metric : settings.ordered()) {
      if (metric.ofTokens() && settings.named()) {
        throw new IllegalArgumentException(
            "%s needs a bundle; two sources have none".formatted(metric));
      }
    }
  }

  /**
   * What to compare.
   *
   * @param reference the real images
   * @param images what was generated or reconstructed
   * @param settings what and how
   */
  public record Request(Photographs reference, Photographs images, EvaluationSettings settings) {}

  /**
   * What was measured.
   *
   * @param metrics by name
   * @param reference sum and number of the real images
   * @param images the same of the others
   * @param paired whether each image has an original of its name
   * @param skipped images that could not be read, of either source
   * @param timings where the time went
   */
  public record Result(
      Measurements metrics,
      Evaluating.Originals reference,
      Evaluating.Originals images,
      boolean paired,
      int skipped,
      List<StageTiming> timings) {}

  /** Compares. */
  public static Result run(Request request, Progress progress) throws IOException {
    return new SetComparison(request, progress).run();
  }

  private Result run() throws IOException {
    TorchEngine engine = TorchEngine.start(settings.threads());
    boolean recording = Autograd.isRecording();
    Autograd.setRecording(false);
    try (NDManager manager = engine.newManager(engine.device(settings.device()).device());
        EvaluationNetworks networks = new EvaluationNetworks(settings, manager);
        OpenPhotographs reference = open(request.reference());
        OpenPhotographs images = open(request.images())) {
      return compare(new ImageMeasures(settings, networks, manager, numbers), reference, images);
    } finally {
      Autograd.setRecording(recording);
    }
  }

  private OpenPhotographs open(Photographs photographs) throws IOException {
    return OpenPhotographs.open(photographs, settings.protocol(), 0, settings.threads());
  }

  private Result compare(ImageMeasures measures, OpenPhotographs reference, OpenPhotographs images)
      throws IOException {
    boolean paired = paths(request.reference()).equals(paths(request.images()));
    Optional<FeatureSet> real = measures.newSet();
    Optional<FeatureSet> other = measures.newSet();
    List<Measure> pairs = paired ? measures.pairs(0) : List.of();
    if (real.isEmpty() && pairs.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to measure: the sources do not have the same names, so give metrics of sets"
              + " (fid768, kid ...)");
    }
    if (!paired && settings.metrics().stream().anyMatch(Metric::ofPairs)) {
      numbers.note("the sources do not have the same names: images were not compared one by one");
    }
    PixelSum realSum = new PixelSum();
    PixelSum otherSum = new PixelSum();
    try (Progress.Stage stage =
        progress.start("Comparing", (long) reference.count() + images.count(), "images")) {
      Iterator<LoadedImage> first = reference.iterator();
      Iterator<LoadedImage> second = images.iterator();
      long done = 0;
      while (first.hasNext() || second.hasNext()) {
        List<LoadedImage> originals = take(first);
        List<LoadedImage> made = take(second);
        look(originals, realSum, real);
        look(made, otherSum, other);
        if (!pairs.isEmpty()) {
          comparePairs(done, originals, made, pairs);
        }
        done += originals.size();
        stage.advance(originals.size() + made.size());
      }
    }
    numbers.put("images", (double) otherSum.images()).put("references", (double) realSum.images());
    clock.time(
        "Statistics",
        () -> {
          pairs.forEach(measure -> measure.report(numbers));
          if (real.isPresent()) {
            measures.distances().report(real.get(), other.orElseThrow(), numbers);
          }
        });
    return new Result(
        numbers,
        new Evaluating.Originals(realSum.images(), realSum.sha256()),
        new Evaluating.Originals(otherSum.images(), otherSum.sha256()),
        paired,
        reference.skipped() + images.skipped(),
        clock.timings(otherSum.images()));
  }

  private static List<String> paths(Photographs photographs) throws IOException {
    try (ImageSource source = ImageSource.open(photographs.source())) {
      return photographs.selection().of(source).stream().map(SetComparison::stem).toList();
    }
  }

  /** A path without its ending: a reconstruction may be a PNG file where its original is a JPEG. */
  private static String stem(ImageEntry entry) {
    return entry.path().replaceFirst("\\.[^./]+$", "");
  }

  private List<LoadedImage> take(Iterator<LoadedImage> images) {
    return clock.time(
        "Read images",
        () -> {
          List<LoadedImage> taken = new ArrayList<>();
          while (taken.size() < BundleEvaluation.BATCH && images.hasNext()) {
            taken.add(images.next());
          }
          return taken;
        });
  }

  private void look(List<LoadedImage> images, PixelSum sum, Optional<FeatureSet> set) {
    if (images.isEmpty()) {
      return;
    }
    List<RgbImage> pixels = images.stream().map(LoadedImage::image).toList();
    sum.add(EvaluatedBatch.pairs(0, images, pixels));
    set.ifPresent(features -> clock.time("Networks", () -> features.add(pixels)));
  }

  private static void requireSame(ImageEntry original, ImageEntry made) {
    if (!stem(original).equals(stem(made))) {
      throw new IllegalArgumentException(
          "'%s' stands beside '%s': an image before them could not be read; mend or remove it"
              .formatted(original.path(), made.path()));
    }
  }

  /** One by one, since images as they are may have different sizes. */
  private void comparePairs(
      long first, List<LoadedImage> originals, List<LoadedImage> made, List<Measure> measures) {
    for (int i = 0; i < Math.min(originals.size(), made.size()); i++) {
      requireSame(originals.get(i).entry(), made.get(i).entry());
      EvaluatedBatch pair =
          EvaluatedBatch.pairs(
              first + i, originals.subList(i, i + 1), List.of(made.get(i).image()));
      for (Measure measure : measures) {
        clock.time(measure.part(), () -> measure.add(pair));
      }
    }
  }
}
