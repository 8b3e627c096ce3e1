package io.github.ideal4j.prior;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.training.Checkpoint;
import io.github.ideal4j.training.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A finished or unfinished training of a prior on the disk.
 *
 * @param folder the run
 * @param config its configuration, complete
 * @param labels names of the classes; the place in the list is the class
 */
public record PriorRun(RunFolder folder, PriorTrainingConfig config, List<String> labels) {

  static final String LABELS = "labels.json";

  /** Copies the labels. */
  public PriorRun {
    labels = List.copyOf(labels);
  }

  /**
   * Opens a run folder.
   *
   * @throws IOException if it is none, or not of a prior
   */
  public static PriorRun open(Path root) throws IOException {
    RunFolder folder = RunFolder.open(root);
    PriorTrainingConfig config = folder.config(PriorTrainingConfig.class);
    return new PriorRun(folder, config, Labels.read(root.resolve(LABELS)));
  }

  /** SHA-256 of the tokenizer whose tokens the prior makes. */
  public String tokenizerSha256() throws IOException {
    return folder.provenance().inputs().getOrDefault(PriorTrainer.TOKENIZER, "");
  }

  /** The newest checkpoint. */
  public Checkpoint checkpoint() throws IOException {
    return folder
        .newestCheckpoint()
        .orElseThrow(() -> new IOException("%s has no checkpoint yet".formatted(folder.root())));
  }

  /**
   * Loads the averaged weights of the newest checkpoint.
   *
   * @param manager owns the arrays, on its device
   */
  public Prior load(NDManager manager) throws IOException {
    Prior prior = Prior.create(config.prior(), config.dropout(), 0, manager);
    prior.load(checkpoint().ema());
    return prior;
  }
}
