package io.github.ideal4j.training;

import io.github.ideal4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Everything one training leaves behind.
 *
 * <pre>
 * config.yaml                 complete: every value written out
 * provenance.json             what made it, {@link ProvenanceRecord}
 * metrics.jsonl               one object a line, {@link Metrics}
 * checkpoints/step-0000500/   weights, ema, optimizer as safetensors; state.json
 * samples/                    pictures
 * report.html
 * </pre>
 */
public final class RunFolder {

  private static final Pattern CHECKPOINT = Pattern.compile("step-(\\d+)");

  private final Path root;

  private RunFolder(Path root) {
    this.root = root;
  }

  /**
   * Opens the folder of an earlier run.
   *
   * @throws IOException if there is none
   */
  public static RunFolder open(Path root) throws IOException {
    RunFolder run = new RunFolder(root);
    if (!Files.isRegularFile(run.configFile())) {
      throw new IOException("%s is no run folder: it has no config.yaml".formatted(root));
    }
    return run;
  }

  /**
   * Makes the folder of a new run, or takes up that of an earlier one, whose form of linear layers
   * is then used in this JVM.
   *
   * @param root of the folder
   * @param config of the run
   * @param provenance of the run; that of an earlier run stays as it is
   * @param resume whether an earlier run with an equal configuration may go on; without it a folder
   *     that holds a run is refused
   * @throws IOException if the folder holds a run that must not be continued
   */
  public static RunFolder prepare(
      Path root, Record config, ProvenanceRecord provenance, boolean resume) throws IOException {
    RunFolder run = new RunFolder(root);
    if (Files.exists(run.configFile())) {
      if (!resume) {
        throw new IOException(
            "%s already holds a run; resume it or choose another folder".formatted(root));
      }
      run.requireEqual(config);
      run.requireSameInputs(provenance);
      run.computeAlike();
      return run;
    }
    Files.createDirectories(root);
    provenance.write(run.provenanceFile());
    Configs.write(run.configFile(), config);
    return run;
  }

  private void requireEqual(Record config) throws IOException {
    Map<String, String> old = Configs.flat(config(config.getClass()));
    for (Map.Entry<String, String> value : Configs.flat(config).entrySet()) {
      if (!value.getValue().equals(old.get(value.getKey()))) {
        throw new IOException(
            "%s was started with %s=%s, not %s; a run resumes with its own configuration"
                .formatted(root, value.getKey(), old.get(value.getKey()), value.getValue()));
      }
    }
  }

  private void requireSameInputs(ProvenanceRecord now) throws IOException {
    for (Map.Entry<String, String> input : provenance().inputs().entrySet()) {
      String given = now.inputs().get(input.getKey());
      if (!input.getValue().equals(given)) {
        throw new IOException(
            "%s was started with %s of sha256 %s, not %s"
                .formatted(root, input.getKey(), input.getValue(), given));
      }
    }
  }

  /** The folder itself. */
  public Path root() {
    return root;
  }

  /** {@code config.yaml}. */
  public Path configFile() {
    return root.resolve("config.yaml");
  }

  /** {@code provenance.json}. */
  public Path provenanceFile() {
    return root.resolve("provenance.json");
  }

  /** {@code samples}, the folder of pictures. */
  public Path samples() {
    return root.resolve("samples");
  }

  /** {@code report.html}. */
  public Path report() {
    return root.resolve("report.html");
  }

  /** The configuration of the run. */
  public <C extends Record> C config(Class<C> type) throws IOException {
    return Configs.read(configFile(), type);
  }

  /** What made the run. */
  public ProvenanceRecord provenance() throws IOException {
    return ProvenanceRecord.read(provenanceFile());
  }

  /**
   * Makes linear layers in this JVM compute in the form that this run began with: another one
   * differs in the last digit.
   */
  public void computeAlike() throws IOException {
    provenance().computeAlike();
  }

  /** The metrics of the run. */
  public Metrics metrics() {
    return new Metrics(root.resolve("metrics.jsonl"));
  }

  /** All checkpoints, oldest first. */
  public List<Checkpoint> checkpoints() throws IOException {
    Path folder = root.resolve("checkpoints");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var children = Files.list(folder)) {
      return children
          .filter(path -> CHECKPOINT.matcher(path.getFileName().toString()).matches())
          .map(Checkpoint::new)
          .sorted(Comparator.comparingLong(Checkpoint::step))
          .toList();
    }
  }

  /** The checkpoint of the most steps, if there is one. */
  public Optional<Checkpoint> newestCheckpoint() throws IOException {
    List<Checkpoint> all = checkpoints();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /**
   * A checkpoint by what is known of it.
   *
   * @param which {@code last}; {@code best} by what the training keeps the best of; or how many
   *     steps it has seen
   * @param training of this run
   * @throws IOException if it is not there; the message names those that are
   */
  public Checkpoint checkpoint(String which, TrainingConfig training) throws IOException {
    List<Checkpoint> all = checkpoints();
    if (all.isEmpty()) {
      throw new IOException("%s has no checkpoint yet".formatted(root));
    }
    String there = "it has last and those of steps %s".formatted(steps(all));
    long wanted =
        switch (which) {
          case "last" -> all.get(all.size() - 1).step();
          case "best" -> bestStep(training, there);
          default -> steps(which, there);
        };
    return all.stream()
        .filter(checkpoint -> checkpoint.step() == wanted)
        .findFirst()
        .orElseThrow(
            () -> new IOException("%s has no checkpoint '%s'; %s".formatted(root, which, there)));
  }

  private static String steps(List<Checkpoint> all) {
    return all.stream()
        .map(checkpoint -> Long.toString(checkpoint.step()))
        .collect(Collectors.joining(", "));
  }

  private long bestStep(TrainingConfig training, String there) throws IOException {
    if (training.keepBest().equals(TrainingConfig.NONE)) {
      throw new IOException(
          "%s does not say which checkpoint is the best: training.keepBest is none; %s"
              .formatted(root, there));
    }
    return new TrainingGuard(training, metrics().read()).bestStep().orElse(-1);
  }

  private long steps(String which, String there) throws IOException {
    try {
      return Long.parseLong(which);
    } catch (NumberFormatException e) {
      throw new IOException(
          "%s has no checkpoint '%s': valid are last, best and a number of steps; %s"
              .formatted(root, which, there),
          e);
    }
  }

  /** Where the checkpoint after {@code step} steps lies. */
  Path checkpointPath(long step) {
    return root.resolve("checkpoints").resolve("step-%07d".formatted(step));
  }

  /**
   * Deletes checkpoints, but not the newest {@code keep}, those after a multiple of {@code every}
   * steps (unless it is 0), and the best.
   */
  void prune(int keep, int every, OptionalLong best) throws IOException {
    List<Checkpoint> all = checkpoints();
    for (Checkpoint old : all.subList(0, Math.max(0, all.size() - keep))) {
      boolean stays = every > 0 && old.step() % every == 0;
      if (!stays && old.step() != best.orElse(-1)) {
        AtomicFile.deleteRecursively(old.folder());
      }
    }
  }
}
