package io.github.ideal4j.pipeline.quickstart;

import ai.djl.Device;
import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.evaluation.StageTiming;
import io.github.ideal4j.image.ImageSelection;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.LoadedImage;
import io.github.ideal4j.onnx.serving.Bundle;
import io.github.ideal4j.onnx.serving.GuidanceSchedule;
import io.github.ideal4j.onnx.serving.SamplingOptions;
import io.github.ideal4j.onnx.serving.SessionSettings;
import io.github.ideal4j.pipeline.Exporting;
import io.github.ideal4j.pipeline.Fusing;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.PriorTraining;
import io.github.ideal4j.pipeline.Sampling;
import io.github.ideal4j.pipeline.TokenizerTraining;
import io.github.ideal4j.pipeline.Tokenizing;
import io.github.ideal4j.pipeline.comparison.Comparison;
import io.github.ideal4j.pipeline.evaluation.Evaluating;
import io.github.ideal4j.pipeline.evaluation.EvaluationSettings;
import io.github.ideal4j.prior.PriorTrainingConfig;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.FeatureCache;
import io.github.ideal4j.tribuo.features.FeatureFiles;
import io.github.ideal4j.tribuo.features.FeatureSpec;
import io.github.ideal4j.tribuo.model.ClassifierEvaluation;
import io.github.ideal4j.tribuo.model.TokenClassifier;
import io.github.ideal4j.tribuo.model.TokenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.classification.Label;

/**
 * The whole way, from photographs to labels and a report, on real data: what one would type as a
 * dozen commands. Nothing here computes; each stage is a step of this package.
 */
public final class Quickstart {

  private static final double GUIDANCE = 2;
  private static final int SAMPLES = 8;
  private static final int SAMPLED_CLASSES = 8;

  private final Request request;
  private final QuickstartPlan plan;
  private final Progress progress;
  private final List<StageTiming> timings = new ArrayList<>();
  private final SessionSettings settings;

  /**
   * What to do where.
   *
   * @param data photographs with labels and the splits train and test
   * @param backbone the frozen backbone
   * @param features folder of cached features
   * @param out folder of everything that is made
   * @param plan how much
   * @param full whether the plan holds on a slow machine too
   * @param seed all chance follows from it
   * @param device of the training: auto, cpu, cuda or cuda:n
   * @param threads of the processor
   * @param reference the trained bundle to compare with, if there is one
   */
  public record Request(
      Path data,
      Path backbone,
      Path features,
      Path out,
      QuickstartPlan plan,
      boolean full,
      long seed,
      String device,
      int threads,
      Optional<Path> reference) {}

  /**
   * Everything that came of it.
   *
   * @param plan how much was done
   * @param training of the tokenizer
   * @param export of the bundle with its prior
   * @param trainPhotographs that were learned from
   * @param evaluation on the test photographs
   * @param samples new images by class
   * @param accuracies on the test photographs, by what was classified
   * @param fused the single file
   * @param timings of all stages
   * @param report the page
   */
  public record Result(
      QuickstartPlan plan,
      TokenizerTraining.Result training,
      Exporting.Result export,
      int trainPhotographs,
      Evaluating.Result evaluation,
      Sampling.Result samples,
      Map<String, ClassifierEvaluation> accuracies,
      Fusing.Result fused,
      List<StageTiming> timings,
      Path report) {}

  private Quickstart(Request request, QuickstartPlan plan, Progress progress) {
    this.request = request;
    this.plan = plan;
    this.progress = progress;
    settings = SessionSettings.cpu().withThreads(request.threads());
  }

  /** Goes all the way; what an earlier call in the same folder has trained is taken up. */
  public static Result run(Request request, Progress progress) throws IOException {
    return new Quickstart(request, plan(request), progress).run();
  }

  private static QuickstartPlan plan(Request request) throws IOException {
    QuickstartPlan plan = request.plan();
    TorchEngine engine = TorchEngine.start(request.threads());
    boolean onCpu = engine.device(request.device()).device().equals(Device.cpu());
    if (onCpu && !request.full() && !QuickstartPlan.isKeptIn(request.out())) {
      plan = plan.fitted(MachinePace.measure(engine), photographs(request));
    }
    return plan.keptIn(request.out());
  }

  private static int photographs(Request request) throws IOException {
    try (ImageSource source = ImageSource.open(request.data())) {
      return new ImageSelection("train", request.plan().trainEvery()).of(source).size()
          + new ImageSelection("test", request.plan().testEvery()).of(source).size();
    }
  }

  private Path path(String name) {
    return request.out().resolve(name);
  }

  private Photographs train() {
    return Photographs.all(request.data()).select("train", plan.trainEvery());
  }

  private Photographs test() {
    return Photographs.all(request.data()).select("test", plan.testEvery());
  }

  private Result run() throws IOException {
    TokenizerTrainingConfig config = tokenizerConfig();
    TokenizerTraining.Result training =
        timed(
            "Features and tokenizer",
            "steps",
            () -> trainTokenizer(config),
            TokenizerTraining.Result::steps);
    if (!training.finished()) {
      throw new IOException("stopped; the same command goes on");
    }
    Path bundle = path("bundle");
    timed("Export tokenizer", "graphs", () -> export(Optional.empty()), result -> 2);
    long photographs = tokenize(bundle);
    PriorTraining.Result prior =
        timed("Train prior", "steps", this::trainPrior, PriorTraining.Result::steps);
    if (!prior.finished()) {
      throw new IOException("stopped; the same command goes on");
    }
    Exporting.Result export =
        timed("Export prior", "graphs", () -> export(Optional.of(path("prior"))), result -> 2);
    Sampling.Result samples =
        timed("Sample", "images", () -> sample(bundle), Sampling.Result::images);
    Evaluating.Result evaluation =
        timed("Evaluate", "photographs", () -> evaluate(bundle), r -> r.originals().images());
    Map<String, ClassifierEvaluation> accuracies =
        timed("Classify", "classifiers", () -> classify(bundle, config), Map::size);
    Fusing.Result fused =
        timed("Fuse", "photographs", () -> fuse(bundle), Fusing.Result::photographs);
    Result result =
        new Result(
            plan,
            training,
            export,
            (int) photographs,
            evaluation,
            samples,
            accuracies,
            fused,
            List.copyOf(timings),
            path("report.html"));
    QuickstartReport.write(request, result);
    return result;
  }

  private TokenizerTrainingConfig tokenizerConfig() {
    int steps = plan.tokenizerSteps();
    return TokenizerTrainingConfig.PRESETS.load(
        "tiny",
        List.of(
            "training.steps=" + steps,
            "training.seed=" + request.seed(),
            "training.validateEvery=" + Math.max(1, steps / 4),
            "training.optimizer.warmup=" + Math.min(100, Math.max(1, steps / 4)),
            "data.mirror=false"));
  }

  private TokenizerTraining.Result trainTokenizer(TokenizerTrainingConfig config)
      throws IOException {
    return TokenizerTraining.run(
        new TokenizerTraining.Request(
            train(),
            Optional.of(test()),
            request.backbone(),
            config,
            request.features(),
            FeatureCache.Precision.FLOAT16,
            path("tokenizer"),
            Files.exists(path("tokenizer/config.yaml")),
            request.device(),
            request.threads()),
        progress);
  }

  private Exporting.Result export(Optional<Path> prior) throws IOException {
    return Exporting.run(
        new Exporting.Request(
            path("tokenizer"),
            prior,
            path("bundle"),
            "quickstart",
            request.backbone(),
            request.data(),
            request.threads()),
        progress);
  }

  /** Both splits; returns how many photographs there are to train on. */
  private long tokenize(Path bundle) throws IOException {
    Tokenizing.Result train =
        timed(
            "Tokenize",
            "photographs",
            () -> {
              Tokenizing.run(
                  Tokenizing.Request.file(
                      bundle, test(), path("tokens/test.arrow"), request.threads()),
                  progress);
              return Tokenizing.run(
                  Tokenizing.Request.file(
                      bundle, train(), path("tokens/train.arrow"), request.threads()),
                  progress);
            },
            Tokenizing.Result::rows);
    return train.rows();
  }

  private PriorTraining.Result trainPrior() throws IOException {
    int steps = plan.priorSteps();
    PriorTrainingConfig config =
        PriorTrainingConfig.PRESETS.load(
            "tiny",
            List.of(
                "training.steps=" + steps,
                "training.seed=" + request.seed(),
                "training.validateEvery=" + Math.max(1, steps / 4),
                "training.optimizer.warmup=" + Math.min(50, Math.max(1, steps / 4))));
    return PriorTraining.run(
        new PriorTraining.Request(
            path("tokens/train.arrow"),
            Optional.empty(),
            Optional.of(path("tokens/test.arrow")),
            false,
            Optional.of(path("bundle")),
            config,
            path("prior"),
            Files.exists(path("prior/config.yaml")),
            request.device(),
            request.threads()),
        progress);
  }

  private Sampling.Result sample(Path bundle) throws IOException {
    return Sampling.run(
        new Sampling.Request(
            bundle,
            largestClasses(),
            Optional.empty(),
            SAMPLES,
            request.seed(),
            SamplingOptions.PLAIN.withGuidance(GuidanceSchedule.constant(GUIDANCE)),
            path("samples.png"),
            Optional.empty(),
            Optional.of(path("tokens/samples.arrow")),
            settings),
        progress);
  }

  /** The classes with the most photographs: those that the prior knows best. */
  private List<String> largestClasses() throws IOException {
    Map<String, Integer> counts = new LinkedHashMap<>();
    try (TokenDataset tokens = TokenDataset.open(path("tokens/train.arrow"))) {
      for (long i = 0; i < tokens.size(); i++) {
        counts.merge(tokens.label(i), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(SAMPLED_CLASSES)
        .map(Map.Entry::getKey)
        .toList();
  }

  private Evaluating.Result evaluate(Path bundle) throws IOException {
    return Evaluating.run(
        new Evaluating.Request(
            bundle,
            test(),
            EvaluationSettings.quick(
                request.backbone(), request.features(), request.threads(), settings),
            Long.MAX_VALUE),
        progress);
  }

  private Map<String, ClassifierEvaluation> classify(Path folder, TokenizerTrainingConfig config)
      throws IOException {
    Bundle bundle = Bundle.open(folder);
    int size = bundle.description().image().height();
    List<LoadedImage> train = train().load(size).images();
    List<LoadedImage> test = test().load(size).images();
    Comparison comparison = new Comparison(train, test);
    BackboneLayers layers =
        new BackboneLayers(config.backbone().shallowLayer(), config.backbone().deepLayer());
    long seed = request.seed();
    Map<String, ClassifierEvaluation> all = new LinkedHashMap<>();
    all.put("raw 8x8 RGB", comparison.rawPixels(seed, progress));
    all.put("code histogram", tokens("boc", path("classifier.tribuo")));
    all.put("code pyramid", tokens("pyramid", path("classifier-pyramid.tribuo")));
    all.put(
        "decoded features",
        comparison.decoded(
            bundle,
            path("tokens/train.arrow"),
            path("tokens/test.arrow"),
            settings,
            seed,
            progress));
    all.put(
        "teacher's features",
        comparison.teacher(
            request.backbone(),
            layers,
            config.backbone().inputSize(),
            request.features(),
            seed,
            progress));
    return all;
  }

  private ClassifierEvaluation tokens(String spec, Path model) throws IOException {
    TokenModel<Label> classifier =
        TokenClassifier.train(
            path("tokens/train.arrow"),
            FeatureSpec.parse(spec),
            FeatureFiles.of(path("bundle"), path("tokens/train.arrow")),
            request.seed(),
            progress);
    classifier.save(model);
    try (TokenDataset test = TokenDataset.open(path("tokens/test.arrow"))) {
      return TokenClassifier.evaluate(classifier, test);
    }
  }

  private Fusing.Result fuse(Path bundle) throws IOException {
    return Fusing.run(
        new Fusing.Request(
            bundle, path("classifier.tribuo"), test(), settings, path("classifier.onnx")));
  }

  /** A stage of the work. */
  private interface Stage<T> {
    T run() throws IOException;
  }

  /** How much a stage did. */
  private interface Amount<T> {
    long of(T result);
  }

  private <T> T timed(String name, String unit, Stage<T> stage, Amount<T> amount)
      throws IOException {
    long start = System.nanoTime();
    T result = stage.run();
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    timings.add(new StageTiming(name, amount.of(result), unit, time));
    return result;
  }
}
