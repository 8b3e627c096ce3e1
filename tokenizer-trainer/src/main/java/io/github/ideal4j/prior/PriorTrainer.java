package io.github.ideal4j.prior;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.report.RunReport;
import io.github.ideal4j.training.Laps;
import io.github.ideal4j.training.ProvenanceRecord;
import io.github.ideal4j.training.RunFolder;
import io.github.ideal4j.training.StopSignal;
import io.github.ideal4j.training.TrainingLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes a {@link GptPrior} from token files: tokens in, a run folder out. */
public final class PriorTrainer {

  /** The role of the tokenizer among the inputs of the provenance. */
  static final String TOKENIZER = "tokenizer";

  /** Where packed tokens are unpacked for the time of the training. */
  private static final String UNPACKED = ".unpacked";

  private final PriorTrainingConfig config;
  private final NDManager manager;
  private final Progress progress;
  private final StopSignal stop;
  private Optional<Laps> laps = Optional.empty();

  /**
   * A trainer of one or several runs.
   *
   * @param config how to train; sizes of the data are taken from the token file
   * @param manager lives on the device to train on
   * @param progress hears of every step
   * @param stop ends the run after the current step
   */
  public PriorTrainer(
      PriorTrainingConfig config, NDManager manager, Progress progress, StopSignal stop) {
    this.config = config;
    this.manager = manager;
    this.progress = progress;
    this.stop = stop;
  }

  /** Measures the parts of every step. */
  public PriorTrainer timedBy(Laps clock) {
    laps = Optional.of(clock);
    return this;
  }

  /**
   * Trains, or goes on training.
   *
   * @param sources token files
   * @param root run folder to make
   * @param resume whether an earlier run in that folder goes on
   * @throws IOException if a file cannot be read or written
   * @throws IllegalArgumentException if token files do not fit together or lack labels
   */
  public TrainingLoop.Result train(PriorSources sources, Path root, boolean resume)
      throws IOException {
    Path unpacked = root.resolve(UNPACKED);
    Path labels = root.resolve(PriorRun.LABELS);
    List<String> known = Files.exists(labels) ? Labels.read(labels) : List.of();
    try (PriorViews views = PriorViews.open(sources, known);
        NDManager own = manager.newSubManager()) {
      PriorTrainingConfig complete = config.withData(views.sizes(config.data().codebookSize()));
      RunFolder folder =
          RunFolder.prepare(root, complete, provenance(sources, views, complete), resume);
      Labels.write(labels, views.classes());
      Files.createDirectories(unpacked);
      views.unpack(unpacked);
      PriorTrainee trainee = new PriorTrainee(complete, views, own);
      TrainingLoop loop =
          new TrainingLoop(
                  "Training prior", complete.training(), folder, trainee, own, progress, stop)
              .watchedBy(RunReport.watching(folder));
      laps.ifPresent(loop::timedBy);
      return loop.run();
    } finally {
      AtomicFile.deleteRecursively(unpacked);
    }
  }

  private ProvenanceRecord provenance(
      PriorSources sources, PriorViews views, PriorTrainingConfig complete) throws IOException {
    SortedMap<String, String> inputs = new TreeMap<>();
    inputs.put("tokens", sum(sources.train()));
    String named = views.tokenizerSha256();
    String tokenizer = named.isEmpty() ? sources.tokenizer() : named;
    if (!tokenizer.isEmpty()) {
      inputs.put(TOKENIZER, tokenizer);
    }
    if (sources.mirrored().isPresent()) {
      inputs.put("mirrored", sum(sources.mirrored().get()));
    }
    if (sources.validation().isPresent()) {
      inputs.put("validation", sum(sources.validation().get()));
    }
    Engine engine = manager.getEngine();
    return ProvenanceRecord.now(
        "prior",
        complete,
        complete.training().seed(),
        inputs,
        Map.of(engine.getEngineName(), engine.getVersion()),
        manager.getDevice().toString());
  }

  /** The sum of a file, or of the names and sums of a folder's files. */
  private static String sum(Path source) throws IOException {
    if (!Files.isDirectory(source)) {
      return Sha256.of(source);
    }
    StringBuilder sums = new StringBuilder();
    try (var files = Files.list(source)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        sums.append(file.getFileName()).append(' ').append(Sha256.of(file)).append('\n');
      }
    }
    return Sha256.of(sums.toString().getBytes(StandardCharsets.UTF_8));
  }
}
