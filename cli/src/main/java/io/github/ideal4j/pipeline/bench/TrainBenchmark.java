package io.github.ideal4j.pipeline.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import io.github.ideal4j.arrow.TokenColumn;
import io.github.ideal4j.arrow.TokenFileInfo;
import io.github.ideal4j.arrow.TokenFileWriter;
import io.github.ideal4j.arrow.TokenGrid;
import io.github.ideal4j.arrow.TokenRow;
import io.github.ideal4j.arrow.TokenizerInfo;
import io.github.ideal4j.cost.PriorCost;
import io.github.ideal4j.cost.TokenizerCost;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.prior.PriorData;
import io.github.ideal4j.prior.PriorSources;
import io.github.ideal4j.prior.PriorTrainer;
import io.github.ideal4j.prior.PriorTrainingConfig;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.tokenizer.TokenizerTrainer;
import io.github.ideal4j.tokenizer.TokenizerTrainingConfig;
import io.github.ideal4j.torch.DeviceChoice;
import io.github.ideal4j.torch.Precision;
import io.github.ideal4j.torch.TorchEngine;
import io.github.ideal4j.training.Laps;
import io.github.ideal4j.training.StopSignal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Steps of a real training beside steps of the same modules in PyTorch eager, in turns: equal
 * shapes, batch, threads, device, precision, losses and optimizer. Nothing is validated or saved
 * while a step is timed. Says too where the time of a step goes, and whether memory grows.
 *
 * <p>On the CPU a round gives the median of its steps. On a GPU nobody waits within a round, as in
 * a real training: the round is timed from one wait for the device to the next, and gives the mean.
 */
public final class TrainBenchmark {

  private static final int WARM_UP = 5;
  private static final int IMAGES = 16;
  private static final int ROWS = 256;
  private static final int CLASSES = 10;

  private TrainBenchmark() {}

  /** What can be trained here. */
  public enum Model {
    /** The tokenizer of the preset tiny. */
    TOKENIZER("tokenizer", "tiny", List.of()),
    /** A prior of 6 layers of width 256, for 256 tokens out of 1,024. */
    PRIOR6("prior", "tiny", List.of("model.layers=6", "model.dim=256", "training.batch=8")),
    /** A prior of 12 layers of width 384, for 256 tokens out of 1,024. */
    PRIOR12(
        "prior",
        "tiny",
        List.of("model.layers=12", "model.dim=384", "model.heads=6", "training.batch=4")),
    /**
     * A tokenizer of the kind of tiny for photographs of 256 pixels and a backbone of width 768.
     */
    TOKENIZER256(
        "tokenizer",
        "tiny",
        List.of(
            "model.imageSize=256",
            "model.width=768",
            "model.codebook.size=8192",
            "model.codebook.dim=32",
            "model.codebook.kmeansIterations=0",
            "model.features.layers=6",
            "model.features.heads=12",
            "model.features.mlp=3072",
            "model.pixels.channels=[256,128,64]",
            "model.pixels.groups=32",
            "backbone.shallowLayer=1",
            "backbone.deepLayer=2",
            "loss.lpipsCrop=240",
            "training.batch=64")),
    /** The prior of the preset b, for 256 tokens out of 1,024. */
    PRIORB("prior", "b", List.of("training.batch=64"));

    private final String kind;
    private final String preset;

    @SuppressWarnings("ImmutableEnumChecker") // a list that nothing can change
    private final List<String> settings;

    Model(String kind, String preset, List<String> settings) {
      this.kind = kind;
      this.preset = preset;
      this.settings = settings;
    }

    /** How it is trained, with other settings put on top. */
    Record config(List<String> others) {
      List<String> all = new ArrayList<>(settings);
      all.addAll(others);
      if (kind.equals("tokenizer")) {
        all.add("data.mirror=false");
        return TokenizerTrainingConfig.PRESETS.load(preset, all);
      }
      return PriorTrainingConfig.PRESETS
          .load(preset, all)
          .withData(new PriorData(1024, CLASSES, 16, 16, 1));
    }
  }

  /**
   * What to measure.
   *
   * @param models one after the other
   * @param steps that are timed in a round
   * @param rounds of each
   * @param threads of the processor
   * @param device auto, cpu, cuda or cuda:n
   * @param precision of products
   * @param python an interpreter with torch, to compare with
   */
  public record Request(
      List<Model> models,
      int steps,
      int rounds,
      int threads,
      String device,
      Precision precision,
      Optional<String> python) {
    public Request {
      models = List.copyOf(models);
    }
  }

  /**
   * A step of a round: the median on the CPU, the mean on a GPU.
   *
   * @param seconds of a step
   * @param processor seconds that all threads of the process were busy in a step
   */
  public record Times(double seconds, double processor) {}

  /**
   * One model.
   *
   * @param model which
   * @param parameters that learn
   * @param batch of a step
   * @param ours median times of a step, a value a round
   * @param theirs the same of PyTorch; empty without it
   * @param profile share of each part in the time of a step, in the order of a step
   * @param residentStart megabytes after a tenth of the first round's steps; -1 if unknown
   * @param residentEnd megabytes after its last step
   */
  public record Row(
      Model model,
      long parameters,
      int batch,
      List<Times> ours,
      List<Times> theirs,
      Map<String, Double> profile,
      double residentStart,
      double residentEnd) {

    public Row {
      ours = List.copyOf(ours);
      theirs = List.copyOf(theirs);
      profile = new LinkedHashMap<>(profile);
    }

    /** Our time over theirs, of the best rounds; NaN without them. */
    public double ratio() {
      return best(ours, Times::seconds) / best(theirs, Times::seconds);
    }

    /** The same of the processor's time, which other work on the machine hardly changes. */
    public double processorRatio() {
      return best(ours, Times::processor) / best(theirs, Times::processor);
    }

    private static double best(List<Times> rounds, ToDoubleFunction<Times> of) {
      return rounds.stream().mapToDouble(of).min().orElse(Double.NaN);
    }

    String text(int steps) {
      StringBuilder text = new StringBuilder();
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %,d parameters, batch %d%n",
              model.name().toLowerCase(Locale.ROOT),
              parameters,
              batch));
      line(text, "ideal4j", millis(ours));
      if (!theirs.isEmpty()) {
        line(text, "PyTorch", millis(theirs));
        line(
            text,
            "ratio",
            String.format(
                Locale.ROOT,
                "%.3f of PyTorch's time, %.3f of its processor's time",
                ratio(),
                processorRatio()));
      }
      profile.forEach(
          (part, share) ->
              line(
                  text,
                  part,
                  String.format(
                      Locale.ROOT,
                      "%5.1f %%  %7.1f ms",
                      100 * share,
                      1e3 * share * best(ours, Times::seconds))));
      line(
          text,
          "memory",
          String.format(
              Locale.ROOT,
              "%.0f MB after %d steps, %.0f MB after %d",
              residentStart,
              Math.max(1, steps / 10),
              residentEnd,
              steps));
      return text.toString();
    }

    private static String millis(List<Times> rounds) {
      return String.format(
          Locale.ROOT,
          "%.1f ms a step at best, rounds %s; of the processor %.1f ms",
          1e3 * best(rounds, Times::seconds),
          rounds.stream().map(t -> String.format(Locale.ROOT, "%.1f", 1e3 * t.seconds())).toList(),
          1e3 * best(rounds, Times::processor));
    }

    private static void line(StringBuilder text, String name, String value) {
      text.append("  %-26s %s%n".formatted(name, value));
    }
  }

  /** All models. */
  public record Result(
      List<Row> rows, int steps, int threads, String libtorch, String device, Precision precision) {
    public Result {
      rows = List.copyOf(rows);
    }

    /** A table for each. */
    public String text() {
      StringBuilder text = new StringBuilder();
      rows.forEach(row -> text.append(row.text(steps)));
      return text
          + "%d steps a round after %d to warm up, %d threads, on %s, %s, libtorch %s"
              .formatted(
                  steps,
                  WARM_UP,
                  threads,
                  device,
                  precision.name().toLowerCase(Locale.ROOT),
                  libtorch);
    }
  }

  /** Measures. */
  public static Result run(Request request, Progress progress) throws IOException {
    TorchEngine engine = TorchEngine.start(request.threads());
    DeviceChoice device = engine.device(request.device());
    Path folder = Files.createTempDirectory("ideal-train");
    List<Row> rows = new ArrayList<>();
    try (NDManager manager = engine.newManager(device.device());
        Progress.Stage stage =
            progress.start("Rounds", (long) request.models().size() * request.rounds(), "rounds")) {
      for (Model model : request.models()) {
        rows.add(new Bench(request, model, folder, manager).row(stage));
      }
    } finally {
      AtomicFile.deleteRecursively(folder);
    }
    return new Result(
        rows,
        request.steps(),
        request.threads(),
        engine.version(),
        device.text(),
        request.precision());
  }

  /** One model in all rounds. */
  private static final class Bench {

    private final Request request;
    private final Model model;
    private final Path folder;
    private final NDManager manager;
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final Record config;
    private final long parameters;
    private final int batch;

    Bench(Request request, Model model, Path folder, NDManager manager) {
      this.request = request;
      this.model = model;
      this.folder = folder;
      this.manager = manager;
      List<String> settings = new ArrayList<>();
      int steps = WARM_UP + request.steps();
      for (String key : List.of("steps", "logEvery", "checkpointEvery")) {
        settings.add("training.%s=%d".formatted(key, steps));
      }
      settings.add("training.validateEvery=0");
      settings.add("training.precision=" + request.precision());
      config = model.config(settings);
      if (config instanceof TokenizerTrainingConfig made) {
        parameters = TokenizerCost.of(made, TokenizerCost.assumed(made)).trainable();
        batch = made.training().batch();
      } else {
        PriorTrainingConfig made = (PriorTrainingConfig) config;
        parameters = PriorCost.of(made).trainable();
        batch = made.training().batch();
      }
    }

    Row row(Progress.Stage stage) throws IOException {
      List<Times> ours = new ArrayList<>();
      List<Times> theirs = new ArrayList<>();
      double start = -1;
      double end = -1;
      for (int round = 0; round < request.rounds(); round++) {
        StepClock clock = new StepClock(request.steps(), manager);
        train(clock, round);
        ours.add(clock.times());
        if (round == 0) {
          start = clock.residentStart;
          end = clock.residentEnd;
        }
        if (request.python().isPresent()) {
          theirs.add(python());
        }
        stage.advance(1);
      }
      double sum = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
      Map<String, Double> shares = new LinkedHashMap<>();
      seconds.forEach((part, time) -> shares.put(part, time / sum));
      return new Row(model, parameters, batch, ours, theirs, shares, start, end);
    }

    private void train(StepClock clock, int round) throws IOException {
      Path run = folder.resolve("%s-%d".formatted(model, round));
      try (StopSignal never = new StopSignal()) {
        if (config instanceof TokenizerTrainingConfig tokenizer) {
          new TokenizerTrainer(tokenizer, manager, folder.resolve("features"), clock, never)
              .timedBy(clock.laps)
              .train(
                  new TokenizerTrainer.Photographs(noise(tokenizer), List.of(), Map.of()),
                  backbone(tokenizer),
                  run,
                  false);
        } else {
          new PriorTrainer((PriorTrainingConfig) config, manager, clock, never)
              .timedBy(clock.laps)
              .train(PriorSources.of(tokens()), run, false);
        }
      }
      clock.laps.takeSeconds().forEach((part, time) -> seconds.merge(part, time, Double::sum));
    }

    /**
     * The one that comes along where it fits, random weights otherwise: its tokens are only read.
     */
    private Path backbone(TokenizerTrainingConfig config) throws IOException {
      if (model == Model.TOKENIZER) {
        return ShippedFiles.locate().backbone();
      }
      Path file = folder.resolve("backbone-%s.safetensors".formatted(model));
      return Files.exists(file) ? file : RandomBackbone.write(file, config);
    }

    private static List<RgbImage> noise(TokenizerTrainingConfig config) {
      int size = config.model().imageSize();
      SplittableRandom random = new SplittableRandom(1);
      List<RgbImage> images = new ArrayList<>();
      for (int i = 0; i < Math.max(IMAGES, config.training().batch()); i++) {
        byte[] pixels = new byte[size * size * RgbImage.CHANNELS];
        random.nextBytes(pixels);
        images.add(new RgbImage(size, size, pixels));
      }
      return images;
    }

    private Path tokens() throws IOException {
      Path file = folder.resolve("tokens.arrow");
      if (Files.exists(file)) {
        return file;
      }
      PriorData data = ((PriorTrainingConfig) config).data();
      TokenizerInfo tokenizer =
          new TokenizerInfo("bench", "", data.codebookSize(), data.rows(), data.columns(), 64, 64);
      TokenFileInfo info = TokenFileInfo.toWrite(tokenizer, "bench", List.of(TokenColumn.LABEL));
      SplittableRandom random = new SplittableRandom(2);
      try (TokenFileWriter writer = TokenFileWriter.create(file, info)) {
        for (int row = 0; row < ROWS; row++) {
          int[] grid = new int[data.rows() * data.columns()];
          Arrays.setAll(grid, i -> random.nextInt(data.codebookSize()));
          writer.append(
              TokenRow.of(row, new TokenGrid(data.rows(), data.columns(), grid))
                  .withLabel("class %d".formatted(row % data.classes())));
        }
        writer.finish();
      }
      return file;
    }

    private Times python() throws IOException {
      Path file = folder.resolve("config.json");
      Files.writeString(file, new ObjectMapper().writeValueAsString(config));
      JsonNode said =
          PeerScript.run(
                  request.python().orElseThrow(),
                  "train.py",
                  request.threads(),
                  List.of(
                      model.kind,
                      file.toString(),
                      Integer.toString(request.threads()),
                      Integer.toString(WARM_UP),
                      Integer.toString(request.steps()),
                      manager.getDevice().isGpu()
                          ? "cuda:" + manager.getDevice().getDeviceId()
                          : "cpu",
                      request.precision().name()))
              .get(0);
      if (said.get("parameters").asLong() != parameters) {
        throw new IOException(
            "the model in PyTorch has %s parameters, ours %d"
                .formatted(said.get("parameters"), parameters));
      }
      return StepClock.times(
          numbers(said.get("seconds")),
          numbers(said.get("processor")),
          manager.getDevice().isGpu());
    }
  }

  private static double[] numbers(JsonNode numbers) {
    double[] values = new double[numbers.size()];
    Arrays.setAll(values, i -> numbers.get(i).asDouble());
    return values;
  }

  private static double middle(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Takes the time of every step of a training. */
  private static final class StepClock implements Progress {

    private final int timed;
    private final NDManager manager;
    private final boolean waits;
    private final Laps laps = Laps.running();
    private final OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final double[] seconds;
    private final double[] processor;
    private double residentStart = -1;
    private double residentEnd = -1;

    /**
     * @param timed steps after those to warm up
     * @param manager on the device
     */
    StepClock(int timed, NDManager manager) {
      this.timed = timed;
      this.manager = manager;
      waits = manager.getDevice().isGpu();
      seconds = new double[timed];
      processor = new double[timed];
    }

    Times times() {
      return times(seconds, processor, waits);
    }

    static Times times(double[] seconds, double[] processor, boolean means) {
      return means
          ? new Times(mean(seconds), mean(processor))
          : new Times(middle(seconds), middle(processor));
    }

    private static double mean(double[] values) {
      return Arrays.stream(values).average().orElse(Double.NaN);
    }

    /** Waits until the device has done all that it was asked for. */
    private void waitForDevice() {
      try (NDArray last = manager.zeros(new Shape())) {
        last.getFloat();
      }
    }

    @Override
    public Stage start(String name, long total, String unit) {
      return unit.equals("steps") ? new Steps() : Progress.silent().start(name, total, unit);
    }

    private final class Steps implements Stage {
      private int done;
      private long last;
      private long lastBusy;

      @Override
      public void advance(long units) {
        done++;
        if (waits && (done == WARM_UP || done == WARM_UP + timed)) {
          waitForDevice();
        }
        long now = System.nanoTime();
        long busy = system.getProcessCpuTime();
        int place = done - 1 - WARM_UP;
        if (place >= 0 && place < timed) {
          seconds[place] = (now - last) / 1e9;
          processor[place] = (busy - lastBusy) / 1e9;
        }
        if (done == WARM_UP) {
          laps.takeSeconds();
        }
        if (done == WARM_UP + Math.max(1, timed / 10)) {
          residentStart = ProcessMemory.residentMegabytes();
        }
        if (done == WARM_UP + timed) {
          residentEnd = ProcessMemory.residentMegabytes();
        }
        last = System.nanoTime();
        lastBusy = system.getProcessCpuTime();
      }

      @Override
      public void skip(long units) {}

      @Override
      public void note(String remark) {}

      @Override
      public void close() {}
    }
  }
}
