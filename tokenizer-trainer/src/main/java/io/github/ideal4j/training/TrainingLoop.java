package io.github.ideal4j.training;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.files.AtomicFile;
import io.github.ideal4j.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a {@link Trainee}: forward, backward, clipping, AdamW, averaged weights, metrics,
 * validation, checkpoints. A run folder with a checkpoint is taken up where it was left; on the CPU
 * the continued run equals an uninterrupted one number for number.
 *
 * <p>Loss values stay on the device and are read when a line of the metrics is due. One instance
 * makes one run, on the thread that calls {@link #run()}.
 */
public final class TrainingLoop {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);

  private final TrainingConfig config;
  private final RunFolder folder;
  private final Trainee trainee;
  private final NDManager manager;
  private final Progress progress;
  private final StopSignal stop;
  private final String name;
  private RunWatcher watcher = RunWatcher.none();
  private Laps laps = Laps.none();
  private TrainingGuard guard;
  private long done;

  /**
   * A run that begins with {@link #run()}.
   *
   * @param name what is trained, for the progress: {@code "Training prior"}
   * @param config how long and in which rhythm
   * @param folder takes metrics and checkpoints
   * @param trainee the model with its data
   * @param manager lives on the device of the trainee's arrays
   * @param progress hears of every step
   * @param stop ends the run after the current step
   */
  public TrainingLoop(
      String name,
      TrainingConfig config,
      RunFolder folder,
      Trainee trainee,
      NDManager manager,
      Progress progress,
      StopSignal stop) {
    this.name = name;
    this.config = config;
    this.folder = folder;
    this.trainee = trainee;
    this.manager = manager;
    this.progress = progress;
    this.stop = stop;
  }

  /** Tells somebody how far it is; nobody unless it is called. */
  public TrainingLoop watchedBy(RunWatcher listener) {
    watcher = listener;
    return this;
  }

  /** Measures the parts of every step; nothing is measured unless it is called. */
  public TrainingLoop timedBy(Laps clock) {
    laps = clock;
    return this;
  }

  /**
   * What a call of {@link #run()} has reached.
   *
   * @param steps how many steps the model has seen, earlier calls included
   * @param finished whether these are all steps of the configuration
   * @param seconds spent in training, earlier calls included
   * @param checkpoint the newest, which holds exactly these steps
   */
  public record Result(long steps, boolean finished, double seconds, Checkpoint checkpoint) {}

  /**
   * Trains until all steps are made or the stop signal is raised, and leaves a checkpoint either
   * way.
   *
   * @throws IOException if the run folder cannot be written, or its checkpoint is damaged
   * @throws ArithmeticException if a loss is not a number any more, or has grown out of proportion;
   *     the message names loss, step and the last good checkpoint, which stays
   */
  public Result run() throws IOException {
    try (NDManager own = manager.newSubManager();
        Learner learner = new Learner(config, trainee, own, laps)) {
      Clock clock = new Clock();
      LossMeter meter = new LossMeter(own, config.accumulate());
      Optional<Checkpoint> newest = folder.newestCheckpoint();
      long start = newest.isPresent() ? resume(newest.get(), learner, meter, clock) : 0;
      folder.metrics().keepUntil(start);
      guard = new TrainingGuard(config, folder.metrics().read());
      return train(start, learner, meter, clock);
    } finally {
      watcher.ended(done, config.steps());
    }
  }

  private static long resume(Checkpoint from, Learner learner, LossMeter meter, Clock clock)
      throws IOException {
    Checkpoint.State state = learner.restore(from);
    meter.restore(state.pendingSteps(), state.pending());
    clock.add(state.seconds());
    return state.step();
  }

  private Result train(long start, Learner learner, LossMeter meter, Clock clock)
      throws IOException {
    done = start;
    long saved = start;
    try (Progress.Stage stage = progress.start(name, config.steps(), "steps")) {
      stage.skip(start);
      while (done < config.steps() && !stop.requested()) {
        learner.step(done, meter);
        done++;
        stage.advance(1);
        boolean best = false;
        if (due(config.logEvery()) || due(config.validateEvery())) {
          Map<String, Number> line = log(learner, meter, clock);
          best = guard.observe(line, done);
          stage.note("loss %.4f".formatted(line.get("loss").doubleValue()));
        }
        if (best || due(config.checkpointEvery())) {
          save(learner, meter, clock);
          saved = done;
        }
      }
    }
    if (saved < done || done == 0) {
      save(learner, meter, clock);
    }
    Checkpoint checkpoint = new Checkpoint(folder.checkpointPath(done));
    return new Result(done, done >= config.steps(), clock.seconds(), checkpoint);
  }

  private boolean due(int every) {
    return every > 0 && (done % every == 0 || done == config.steps());
  }

  /** Writes a line of the metrics. */
  private Map<String, Number> log(Learner learner, LossMeter meter, Clock clock)
      throws IOException {
    Map<String, Number> line = new LinkedHashMap<>();
    line.put("step", done);
    requireHealth(meter);
    Map<String, Double> means = meter.takeMeans();
    line.putAll(means);
    line.put("learningRate", config.optimizer().rate(done - 1, config.steps()));
    if (due(config.validateEvery())) {
      Map<String, Double> validation = learner.validate();
      line.putAll(validation);
      trainee.remarks(validation).forEach(remark -> LOG.warn("step {}: {}", done, remark));
    }
    line.put("seconds", Math.round(10 * clock.seconds()) / 10.0);
    folder.metrics().append(line);
    if (due(config.validateEvery())) {
      watcher.validated(done, config.steps());
    }
    return line;
  }

  private void requireHealth(LossMeter meter) throws IOException {
    try {
      meter.requireNumbers();
      if (meter.steps() > 0) {
        guard.requireProgress(meter.sums().get("loss") / meter.steps(), done);
      }
    } catch (ArithmeticException e) {
      String kept =
          folder
              .newestCheckpoint()
              .map(last -> "the checkpoint of step %d stays".formatted(last.step()))
              .orElse("there is no checkpoint yet");
      throw new ArithmeticException(
          "%s; %s; a training.optimizer.learningRate below %s, or a longer training.optimizer.warmup than %d, may help"
              .formatted(
                  e.getMessage(),
                  kept,
                  config.optimizer().learningRate(),
                  config.optimizer().warmup()));
    }
  }

  private void save(Learner learner, LossMeter meter, Clock clock) throws IOException {
    requireHealth(meter);
    AtomicFile.writeFolder(
        folder.checkpointPath(done),
        beside -> {
          Files.createDirectories(beside);
          Checkpoint checkpoint = new Checkpoint(beside);
          learner.save(checkpoint);
          checkpoint.writeState(
              new Checkpoint.State(
                  Checkpoint.State.FORMAT_VERSION,
                  done,
                  clock.seconds(),
                  meter.steps(),
                  new TreeMap<>(meter.sums()),
                  new TreeMap<>(trainee.counters()),
                  checkpoint.sums()));
        });
    folder.prune(config.keepCheckpoints(), config.keepEvery(), guard.bestStep());
  }
}
