package io.github.ideal4j.pipeline.evaluation;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.evaluation.EvaluationProtocol;
import io.github.ideal4j.evaluation.FeatureRows;
import io.github.ideal4j.evaluation.LabeledRows;
import io.github.ideal4j.evaluation.NearTokens;
import io.github.ideal4j.evaluation.ScoreProbes;
import io.github.ideal4j.evaluation.StageTiming;
import io.github.ideal4j.evaluation.bundle.BundleEvaluation;
import io.github.ideal4j.evaluation.bundle.CodecMeasure;
import io.github.ideal4j.evaluation.bundle.Extremes;
import io.github.ideal4j.evaluation.bundle.FeatureSet;
import io.github.ideal4j.evaluation.bundle.KeptImages;
import io.github.ideal4j.evaluation.bundle.Measure;
import io.github.ideal4j.evaluation.bundle.Measurements;
import io.github.ideal4j.evaluation.bundle.OtherImages;
import io.github.ideal4j.evaluation.bundle.PerceptualMeasure;
import io.github.ideal4j.evaluation.bundle.PixelSum;
import io.github.ideal4j.evaluation.bundle.PooledFeatures;
import io.github.ideal4j.evaluation.bundle.PriorMeasure;
import io.github.ideal4j.evaluation.bundle.ReferenceMeasure;
import io.github.ideal4j.evaluation.bundle.Stopwatch;
import io.github.ideal4j.evaluation.bundle.Teacher;
import io.github.ideal4j.evaluation.bundle.UsageMeasure;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.loss.Lpips;
import io.github.ideal4j.loss.LpipsNetwork;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.BundleFiles;
import io.github.ideal4j.onnx.serving.ImageTokenizer;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/** A bundle and photographs to numbers. Memory does not grow with the number of photographs. */
public final class Evaluating {

  private static final int NEIGHBOURS = 5;
  private static final int PROBE_IMAGES = 2_000;

  private final Request request;
  private final EvaluationSettings settings;
  private final Bundle bundle;
  private final int side;
  private final Progress progress;
  private final Measurements numbers = new Measurements();
  private final Stopwatch clock = new Stopwatch();

  private Evaluating(Request request, Progress progress) throws IOException {
    this.request = request;
    this.progress = progress;
    settings = request.settings();
    bundle = Bundle.open(request.bundle());
    side = bundle.description().image().height();
    if (settings.protocol() == EvaluationProtocol.ADM256 && side != 256) {
      throw new IllegalArgumentException(
          "protocol adm256 measures at 256 x 256, %s makes %s; use native"
              .formatted(request.bundle(), bundle.description().image()));
    }
  }

  /**
   * What to measure on what.
   *
   * @param bundle folder
   * @param photographs to measure on
   * @param settings what and how
   * @param kept how many photographs to keep with their reconstructions and tokens, to show them
   */
  public record Request(
      Path bundle, Photographs photographs, EvaluationSettings settings, long kept) {}

  /**
   * What was measured.
   *
   * @param metrics of the bundle
   * @param peers of other codecs, by name
   * @param kept the first photographs
   * @param distances LPIPS of each photograph's reconstruction in order, if it was measured
   * @param extremes the pairs that LPIPS finds furthest and nearest, if it was measured
   * @param histogram how often each code was used, if that was measured; else empty
   * @param rates quality over bits, if peers were measured and photographs kept
   * @param originals sum and number of the photographs as they were compared
   * @param skipped photographs that could not be read
   * @param timings where the time went
   */
  public record Result(
      Measurements metrics,
      Map<String, Measurements> peers,
      KeptImages kept,
      List<Double> distances,
      Optional<Extremes> extremes,
      Optional<List<Long>> histogram,
      List<RateQuality.Curve> rates,
      Originals originals,
      int skipped,
      List<StageTiming> timings) {}

  /**
   * What was compared with.
   *
   * @param images how many
   * @param sha256 of their sizes and pixels after the protocol's crop, in their order
   */
  public record Originals(long images, String sha256) {}

  /** Measures. */
  public static Result run(Request request, Progress progress) throws IOException {
    return new Evaluating(request, progress).run();
  }

  private Result run() throws IOException {
    TorchEngine engine = TorchEngine.start(settings.threads());
    try (NDManager manager = engine.newManager(engine.device(settings.device()).device());
        ImageTokenizer tokenizer =
            ImageTokenizer.open(bundle, settings.session(), BundleEvaluation.BATCH);
        EvaluationNetworks networks = new EvaluationNetworks(settings, manager);
        OpenPhotographs photographs = open(request.photographs());
        BundleTeacher teacher = BundleTeacher.open(bundle, settings, manager, progress)) {
      return measure(tokenizer, networks, photographs, teacher, manager);
    }
  }

  private OpenPhotographs open(Photographs photographs) throws IOException {
    return OpenPhotographs.open(photographs, settings.protocol(), side, settings.threads());
  }

  private Result measure(
      ImageTokenizer tokenizer,
      EvaluationNetworks networks,
      OpenPhotographs photographs,
      BundleTeacher teacher,
      NDManager manager)
      throws IOException {
    ImageMeasures images = new ImageMeasures(settings, networks, manager, numbers);
    Optional<FeatureSet> reference = images.newSet();
    PixelSum sum = new PixelSum();
    KeptImages kept = new KeptImages(request.kept(), photographs.count());
    List<Measure> measures = new ArrayList<>(List.of(sum, kept));
    reference.ifPresent(set -> measures.add(new ReferenceMeasure(set)));
    List<Measure> own = images.all(side, reference);
    measures.addAll(own);
    Optional<UsageMeasure> usage = Optional.empty();
    if (settings.wants(Metric.USAGE)) {
      usage =
          Optional.of(
              new UsageMeasure(
                  bundle.description().codebook().size(), bundle.description().grid().codebooks()));
      measures.add(usage.get());
    }
    Optional<Teacher> taught =
        settings.wants(Metric.COSINE) || settings.wants(Metric.PROBE)
            ? teacher.of(photographs)
            : Optional.empty();
    if (settings.wants(Metric.COSINE)) {
      if (taught.isPresent()) {
        measures.add(teacher.alignment(taught.get()));
      } else {
        images.leaveOut(Metric.COSINE, "needs the bundle's backbone (--backbone FILE)");
      }
    }
    if (settings.wants(Metric.SENSITIVITY)) {
      measures.add(perturbed(tokenizer, images.all(side, reference)));
    }
    PooledFeatures pooled = new PooledFeatures(taught, manager);
    if (settings.wants(Metric.PROBE)) {
      measures.add(pooled);
    }
    if (settings.wants(Metric.PRIOR)) {
      if (bundle.has(BundleFiles.PRIOR_SCORE)) {
        measures.add(new PriorMeasure(bundle, settings.session()));
      } else {
        images.leaveOut(Metric.PRIOR, "needs a bundle with prior-score.onnx (ideal export)");
      }
    }
    List<CodecMeasure> peers = peers(networks, images, reference);
    measures.addAll(peers);
    try (Progress.Stage stage = progress.start("Evaluating", photographs.count(), "photographs")) {
      new BundleEvaluation(tokenizer, measures, clock).run(photographs.iterator(), stage);
      if (settings.wants(Metric.PROBE)) {
        probe(tokenizer, teacher, pooled, images, manager);
      }
      return report(measures, peers, own, sum, kept, usage, networks, manager, photographs);
    } finally {
      measures.forEach(Measure::close);
    }
  }

  private OtherImages perturbed(ImageTokenizer tokenizer, List<Measure> measures)
      throws IOException {
    NearTokens near;
    try (SafetensorsFile file = SafetensorsFile.open(bundle.file(BundleFiles.CODEBOOK))) {
      int width = (int) file.shape("codebook")[1];
      near = NearTokens.of(FeatureRows.of(file.floats("codebook"), width), NEIGHBOURS);
    }
    Random random = new Random(settings.seed());
    numbers.note(
        "perturbed: %.0f %% of the tokens of each image replaced by one of their %d nearest codes"
            .formatted(100 * NearTokens.USUAL_SHARE, NEIGHBOURS));
    return OtherImages.perturbed(
        tokenizer, grid -> near.disturb(grid, NearTokens.USUAL_SHARE, random), measures);
  }

  private List<CodecMeasure> peers(
      EvaluationNetworks networks, ImageMeasures images, Optional<FeatureSet> reference)
      throws IOException {
    List<CodecMeasure> peers = new ArrayList<>();
    for (String peer : settings.peers()) {
      peers.add(new CodecMeasure(networks.codec(peer, bits()), images.all(side, reference)));
    }
    return peers;
  }

  private Result report(
      List<Measure> measures,
      List<CodecMeasure> peers,
      List<Measure> own,
      PixelSum sum,
      KeptImages kept,
      Optional<UsageMeasure> usage,
      EvaluationNetworks networks,
      NDManager manager,
      OpenPhotographs photographs)
      throws IOException {
    Map<String, Measurements> columns = new LinkedHashMap<>();
    numbers.put("images", (double) sum.images());
    clock.time(
        "Statistics",
        () -> {
          for (Measure measure : measures) {
            if (!(measure instanceof CodecMeasure) && !(measure instanceof PooledFeatures)) {
              measure.report(numbers);
            }
          }
          for (CodecMeasure peer : peers) {
            Measurements column = new Measurements();
            peer.report(column);
            column.note(peer.codec().description());
            columns.put(peer.codec().name(), column);
          }
        });
    Optional<PerceptualMeasure> perceptual =
        own.stream()
            .filter(PerceptualMeasure.class::isInstance)
            .map(PerceptualMeasure.class::cast)
            .findFirst();
    List<RateQuality.Curve> rates =
        columns.isEmpty() || request.kept() == 0
            ? List.of()
            : rates(kept, columns, networks, manager);
    return new Result(
        numbers,
        columns,
        kept,
        perceptual.map(PerceptualMeasure::distances).orElse(List.of()),
        perceptual.map(PerceptualMeasure::extremes),
        usage.map(counted -> Arrays.stream(counted.histogram()).boxed().toList()),
        rates,
        new Originals(sum.images(), sum.sha256()),
        photographs.skipped(),
        clock.timings(sum.images()));
  }

  private List<RateQuality.Curve> rates(
      KeptImages kept,
      Map<String, Measurements> columns,
      EvaluationNetworks networks,
      NDManager manager)
      throws IOException {
    Map<String, Measurements> fixed = new LinkedHashMap<>();
    Measurements own = new Measurements();
    numbers.byName().forEach(own::put);
    if (!settings.wants(Metric.USAGE)) {
      own.put("bitsPerImage", (double) bits());
    }
    fixed.put(bundle.description().name(), own);
    columns.forEach(
        (name, column) -> {
          if (!name.equals("jpeg") && !name.equals("webp")) {
            fixed.put(name, column);
          }
        });
    Lpips lpips = networks.lpips(LpipsNetwork.SQUEEZE).orElseThrow();
    return clock.time(
        "Rates",
        () ->
            RateQuality.of(
                kept, bits(), fixed, () -> new PerceptualMeasure("lpips", lpips, manager)));
  }

  /** Bits of an image's tokens. */
  private long bits() {
    return BundleCodec.bits(bundle.description());
  }

  /** Probes learn from another split, of which at most {@value #PROBE_IMAGES} images are used. */
  private void probe(
      ImageTokenizer tokenizer,
      BundleTeacher teacher,
      PooledFeatures test,
      ImageMeasures images,
      NDManager manager)
      throws IOException {
    Photographs all = request.photographs().select(settings.probeSplit(), 1);
    int every = Math.max(1, (count(all) + PROBE_IMAGES - 1) / PROBE_IMAGES);
    try (OpenPhotographs photographs = open(all.select(settings.probeSplit(), every));
        Progress.Stage stage = progress.start("Probing", photographs.count(), "photographs")) {
      PooledFeatures train = new PooledFeatures(teacher.of(photographs), manager);
      new BundleEvaluation(tokenizer, List.of(train), clock).run(photographs.iterator(), stage);
      if (train.labels().isEmpty() || test.labels().isEmpty()) {
        images.leaveOut(Metric.PROBE, "needs photographs with classes");
        return;
      }
      clock.time("Statistics", () -> compareProbes(train, test));
    }
  }

  private int count(Photographs photographs) throws IOException {
    try (ImageSource source = ImageSource.open(photographs.source())) {
      return photographs.selection().of(source).size();
    }
  }

  private void compareProbes(PooledFeatures train, PooledFeatures test) {
    List<String> classes = List.copyOf(new TreeSet<>(train.labels()));
    Probing decoded = new Probing(classes, train.labels(), test.labels());
    numbers.put("probeTrainImages", train.labels().size());
    numbers.put("probeTestImages", test.labels().size());
    decoded
        .accuracies(train.decoded(), test.decoded())
        .forEach((name, value) -> numbers.put("probe" + name, value));
    if (train.taught().length > 0) {
      decoded
          .accuracies(train.taught(), test.taught())
          .forEach((name, value) -> numbers.put("probeTeacher" + name, value));
    }
  }

  /** The probes that are reported, on one kind of features. */
  private record Probing(List<String> classes, List<String> train, List<String> test) {

    Map<String, Double> accuracies(float[][] trainRows, float[][] testRows) {
      Map<String, Double> all =
          ScoreProbes.accuracies(labelled(trainRows, train), labelled(testRows, test));
      Map<String, Double> shown = new LinkedHashMap<>();
      shown.put("Linear", all.get("logistic"));
      shown.put("Knn20", all.getOrDefault("weighted20", Double.NaN));
      return shown;
    }

    private LabeledRows labelled(float[][] rows, List<String> labels) {
      int width = rows[0].length;
      float[] flat = new float[rows.length * width];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(rows[i], 0, flat, i * width, width);
      }
      int[] numbers = labels.stream().mapToInt(classes::indexOf).toArray();
      return new LabeledRows(FeatureRows.of(flat, width), numbers, classes.size());
    }
  }
}
