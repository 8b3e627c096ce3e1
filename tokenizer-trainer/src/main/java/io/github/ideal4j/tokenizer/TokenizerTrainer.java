package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.adversarial.AdversarialConfig;
import io.github.ideal4j.adversarial.Adversary;
import io.github.ideal4j.adversarial.Discriminator;
import io.github.ideal4j.adversarial.PatchDiscriminator;
import io.github.ideal4j.adversarial.TokenHeads;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.BackboneTokens;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.loss.Lpips;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.report.RunReport;
import io.github.ideal4j.report.ValidationStrips;
import io.github.ideal4j.torch.AdamW;
import io.github.ideal4j.torch.Autograd;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.BatchFeed;
import io.github.ideal4j.training.Chance;
import io.github.ideal4j.training.EpochOrder;
import io.github.ideal4j.training.FeatureCache;
import io.github.ideal4j.training.Laps;
import io.github.ideal4j.training.OptimizerConfig;
import io.github.ideal4j.training.PhotographReader;
import io.github.ideal4j.training.ProvenanceRecord;
import io.github.ideal4j.training.RunFolder;
import io.github.ideal4j.training.StopSignal;
import io.github.ideal4j.training.TrainingConfig;
import io.github.ideal4j.training.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes a {@link DualAlignedTokenizer} from photographs: images in, a run folder out. */
public final class TokenizerTrainer {

  private static final int KMEANS_IMAGES = 256;
  private static final int BATCHES_AHEAD = 4;

  private final TokenizerTrainingConfig config;
  private final NDManager manager;
  private final Path cacheRoot;
  private final Progress progress;
  private final StopSignal stop;
  private FeatureCache.Precision precision = FeatureCache.Precision.FLOAT16;
  private Optional<Laps> laps = Optional.empty();
  private int workers = 1;
  private double waitedSeconds;

  /**
   * What a tokenizer is trained on.
   *
   * @param train photographs to learn from; with {@code data.cacheFeatures=false} some of them, to
   *     measure means and deviations of features on
   * @param reader reads those to learn from with {@code data.cacheFeatures=false}
   * @param validation other photographs to measure on; may be empty
   * @param inputs SHA-256 of where they came from, by role, for the provenance
   */
  public record Photographs(
      List<RgbImage> train,
      PhotographReader reader,
      List<RgbImage> validation,
      Map<String, String> inputs) {

    /** Photographs that are all in memory. */
    public Photographs(
        List<RgbImage> train, List<RgbImage> validation, Map<String, String> inputs) {
      this(train, PhotographReader.of(train), validation, inputs);
    }

    public Photographs {
      train = List.copyOf(train);
      validation = List.copyOf(validation);
      inputs = Map.copyOf(inputs);
    }
  }

  /**
   * @param config how to train
   * @param manager lives on the device to train on
   * @param cacheRoot folder of all feature caches
   * @param progress hears of every view and step
   * @param stop ends the run after the current step
   */
  public TokenizerTrainer(
      TokenizerTrainingConfig config,
      NDManager manager,
      Path cacheRoot,
      Progress progress,
      StopSignal stop) {
    this.config = config;
    this.manager = manager;
    this.cacheRoot = cacheRoot;
    this.progress = progress;
    this.stop = stop;
  }

  /** Keeps backbone features in this precision; float16 unless it is called. */
  public TokenizerTrainer keepingFeaturesAs(FeatureCache.Precision wanted) {
    precision = wanted;
    return this;
  }

  /** Reads photographs with so many threads, where features are not cached; 1 unless called. */
  public TokenizerTrainer readingWith(int threads) {
    workers = threads;
    return this;
  }

  /** Measures the parts of every step. */
  public TokenizerTrainer timedBy(Laps clock) {
    laps = Optional.of(clock);
    return this;
  }

  /**
   * Trains, or goes on training.
   *
   * @param photographs of the model's image size
   * @param backboneFile the frozen backbone
   * @param root run folder to make
   * @param resume whether an earlier run in that folder goes on
   * @throws IOException if a file cannot be read or written
   */
  public TrainingLoop.Result train(
      Photographs photographs, Path backboneFile, Path root, boolean resume) throws IOException {
    requireSize(photographs.train());
    requireSize(photographs.validation());
    try (NDManager own = manager.newSubManager();
        VisionBackbone backbone = openBackbone(backboneFile, own)) {
      RunFolder folder = RunFolder.prepare(root, config, provenance(photographs, backbone), resume);
      boolean mirrored = config.data().mirror() && config.data().cacheFeatures();
      try (FeatureCache train = features(photographs.train(), mirrored, backbone, own);
          FeatureCache other =
              photographs.validation().isEmpty()
                  ? null
                  : features(photographs.validation(), false, backbone, own)) {
        Optional<TokenizerValidation> validation =
            Optional.ofNullable(other)
                .map(cache -> new TokenizerValidation(cache, config.data().validateOn()));
        if (config.data().cacheFeatures()) {
          TrainingConfig rhythm = config.training();
          TokenizerBatches batches = TokenizerBatches.cached(train, rhythm.batch(), rhythm.seed());
          return run(folder, train, batches, validation, backbone, own);
        }
        try (BatchFeed feed = new BatchFeed(photographs.reader(), feeding())) {
          TokenizerBatches batches =
              TokenizerBatches.computed(feed, config.model().imageSize(), backbone);
          TrainingLoop.Result result = run(folder, train, batches, validation, backbone, own);
          waitedSeconds = feed.waitedSeconds();
          return result;
        }
      }
    }
  }

  /** How long the last call of {@link #train} waited for photographs; 0 with cached features. */
  public double waitedSeconds() {
    return waitedSeconds;
  }

  private BatchFeed.Settings feeding() {
    TrainingConfig rhythm = config.training();
    return new BatchFeed.Settings(
        rhythm.batch(), rhythm.seed(), config.data().mirror(), workers, BATCHES_AHEAD);
  }

  private void requireSize(List<RgbImage> images) {
    int size = config.model().imageSize();
    for (RgbImage image : images) {
      if (image.width() != size || image.height() != size) {
        throw new IllegalArgumentException(
            "the model takes images of %d x %d, got %d x %d"
                .formatted(size, size, image.width(), image.height()));
      }
    }
  }

  private VisionBackbone openBackbone(Path file, NDManager own) throws IOException {
    TokenizerTrainingConfig.Backbone wanted = config.backbone();
    BackboneLayers layers = new BackboneLayers(wanted.shallowLayer(), wanted.deepLayer());
    VisionBackbone backbone = VisionBackbone.open(file, layers, wanted.inputSize(), own);
    if (backbone.config().width() != config.model().width()
        || backbone.config().grid() != config.model().grid()) {
      backbone.close();
      throw new IllegalArgumentException(
          "the backbone %s gives %d x %d tokens of width %d; the model takes %d x %d of width %d"
              .formatted(
                  file,
                  backbone.config().grid(),
                  backbone.config().grid(),
                  backbone.config().width(),
                  config.model().grid(),
                  config.model().grid(),
                  config.model().width()));
    }
    return backbone;
  }

  private FeatureCache features(
      List<RgbImage> images, boolean mirrored, VisionBackbone backbone, NDManager own)
      throws IOException {
    return FeatureCache.build(
        images, mirrored, backbone, own, cacheRoot, precision, progress, stop);
  }

  private TrainingLoop.Result run(
      RunFolder folder,
      FeatureCache train,
      TokenizerBatches batches,
      Optional<TokenizerValidation> validation,
      VisionBackbone backbone,
      NDManager own)
      throws IOException {
    Autograd.setRecording(false);
    long seed = config.training().seed();
    try (DualAlignedTokenizer tokenizer = DualAlignedTokenizer.create(config.model(), seed, own);
        Lpips lpips = Lpips.load(own)) {
      FeatureVariance variance =
          FeatureVariance.measure(
              train, config.data().standardizeFrom(), config.data().standardize(), tokenizer, own);
      if (folder.newestCheckpoint().isEmpty() && config.model().codebook().kmeansIterations() > 0) {
        startCodebook(tokenizer, train, own);
      }
      TokenizerTrainee trainee =
          new TokenizerTrainee(
                  config,
                  tokenizer,
                  variance,
                  batches,
                  validation,
                  lpips,
                  PerceptualLoss.of(config, lpips, backbone, own),
                  config.loss().pixelsOverVariance()
                      ? PixelVariance.within(train, config.data().standardizeFrom())
                      : 1)
              .keepingStrips(new ValidationStrips(folder));
      if (!config.adversarial().on()) {
        return loop(folder, trainee, own);
      }
      try (Adversary adversary = adversary(backbone, own)) {
        return loop(folder, trainee.against(adversary), own);
      }
    }
  }

  private TrainingLoop.Result loop(RunFolder folder, TokenizerTrainee trainee, NDManager own)
      throws IOException {
    TrainingLoop loop =
        new TrainingLoop(
                "Training tokenizer", config.training(), folder, trainee, own, progress, stop)
            .watchedBy(RunReport.watching(folder));
    laps.ifPresent(loop::timedBy);
    return loop.run();
  }

  private Adversary adversary(VisionBackbone backbone, NDManager own) {
    AdversarialConfig wanted = config.adversarial();
    long seed = config.training().seed();
    Discriminator network =
        switch (wanted.network()) {
          case PATCHES -> new PatchDiscriminator(wanted.channels(), wanted.depth(), seed, own);
          case BACKBONE -> heads(backbone, wanted.taps(), seed, own);
        };
    OptimizerConfig o = config.training().optimizer();
    return new Adversary(
        wanted,
        network,
        new AdamW.Settings(o.beta1(), o.beta2(), o.epsilon(), o.weightDecay(), o.clipNorm()),
        own);
  }

  private Discriminator heads(
      VisionBackbone backbone, List<Integer> taps, long seed, NDManager own) {
    int layers = backbone.config().layers();
    for (int tap : taps) {
      if (tap < 0 || tap > layers) {
        throw new IllegalArgumentException(
            "adversarial.taps are hidden states 0 to %d of the backbone, got %s"
                .formatted(layers, taps));
      }
    }
    int size = config.model().imageSize();
    return new TokenHeads(
        TokenHeads.Form.released(backbone.config().width(), taps.size()),
        pixels -> PerceptualLoss.hiddenStates(pixels, size, backbone, taps),
        seed,
        own);
  }

  /** Codes begin as centres of the vectors that untrained layers make of some photographs. */
  private void startCodebook(DualAlignedTokenizer tokenizer, FeatureCache train, NDManager own) {
    long seed = config.training().seed();
    int batch = config.training().batch();
    int count = Math.max(1, Math.min(KMEANS_IMAGES, train.images()) / batch);
    EpochOrder order = new EpochOrder(train.images(), batch, Chance.engineSeed(seed, -1));
    try (NDManager all = own.newSubManager()) {
      NDList vectors = new NDList();
      for (int i = 0; i < count; i++) {
        try (NDManager step = all.newSubManager()) {
          BackboneTokens tokens = train.rows(step, widened(order.rows(i)));
          NDArray made = tokenizer.project(tokens.shallow(), tokens.deep());
          made.attach(all);
          vectors.add(made);
        }
      }
      tokenizer.quantizer().startFrom(NDArrays.concat(vectors, 0), Chance.of(seed, 0, "k-means"));
    }
  }

  private static long[] widened(int[] rows) {
    long[] wide = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      wide[i] = rows[i];
    }
    return wide;
  }

  private ProvenanceRecord provenance(Photographs photographs, VisionBackbone backbone)
      throws IOException {
    TreeMap<String, String> inputs = new TreeMap<>(photographs.inputs());
    inputs.put("backbone", backbone.sha256());
    return ProvenanceRecord.now(
        "tokenizer",
        config,
        config.training().seed(),
        inputs,
        Map.of("PyTorch", TorchEngine.start().version()),
        manager.getDevice().toString());
  }
}
