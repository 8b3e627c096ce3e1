package io.github.ideal4j.tokenizer;

import ai.djl.ndarray.NDManager;
import io.github.ideal4j.backbone.BackboneLayers;
import io.github.ideal4j.backbone.VisionBackbone;
import io.github.ideal4j.training.Checkpoint;
import io.github.ideal4j.training.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A finished or unfinished training of a tokenizer on the disk.
 *
 * @param folder the run
 * @param config its configuration, complete
 * @param chosen its checkpoint of the most steps when it was opened, if it had one, or another that
 *     was asked for
 */
public record TokenizerRun(
    RunFolder folder, TokenizerTrainingConfig config, Optional<Checkpoint> chosen) {

  /**
   * Opens a run folder.
   *
   * @throws IOException if it is none, or not of a tokenizer
   */
  public static TokenizerRun open(Path root) throws IOException {
    RunFolder folder = RunFolder.open(root);
    return new TokenizerRun(
        folder, folder.config(TokenizerTrainingConfig.class), folder.newestCheckpoint());
  }

  /**
   * The same run at another checkpoint.
   *
   * @param which {@code last}, {@code best} or a number of steps
   * @throws IOException if it is not there
   */
  public TokenizerRun at(String which) throws IOException {
    return new TokenizerRun(
        folder, config, Optional.of(folder.checkpoint(which, config.training())));
  }

  /**
   * The chosen checkpoint.
   *
   * @throws IOException if there is none yet
   */
  public Checkpoint checkpoint() throws IOException {
    return chosen.orElseThrow(
        () -> new IOException("%s has no checkpoint yet".formatted(folder.root())));
  }

  /**
   * Loads the averaged weights of the chosen checkpoint.
   *
   * @param manager a child of it owns the arrays, on its device
   * @throws IOException if there is none yet, or it is damaged
   */
  public DualAlignedTokenizer load(NDManager manager) throws IOException {
    checkpoint().read(); // compares the sums
    DualAlignedTokenizer tokenizer = DualAlignedTokenizer.create(config.model(), 0, manager);
    tokenizer.load(checkpoint().ema());
    return tokenizer;
  }

  /**
   * Loads the backbone that the run was trained with.
   *
   * <p>An imported tokenizer does not know the file of its backbone; any that fits is taken.
   *
   * @throws IOException if the file is another backbone
   */
  public VisionBackbone backbone(Path file, NDManager manager) throws IOException {
    TokenizerTrainingConfig.Backbone wanted = config.backbone();
    BackboneLayers layers = new BackboneLayers(wanted.shallowLayer(), wanted.deepLayer());
    VisionBackbone backbone = VisionBackbone.open(file, layers, wanted.inputSize(), manager);
    String expected = folder.provenance().inputs().getOrDefault("backbone", backbone.sha256());
    if (!backbone.sha256().equals(expected)) {
      backbone.close();
      throw new IOException(
          "%s was trained with the backbone of sha256 %s; %s has %s"
              .formatted(folder.root(), expected, file, backbone.sha256()));
    }
    return backbone;
  }
}
