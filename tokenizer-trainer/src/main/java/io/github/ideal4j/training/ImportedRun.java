package io.github.ideal4j.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.files.Sha256;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model that was trained elsewhere, on its way into a run folder.
 *
 * @param model what it is, as provenance calls it: tokenizer or prior
 * @param parameters its arrays by name
 * @param buffers other arrays of it by name
 * @param data sums of what it was trained on, by role, as far as they are known
 * @param origin files that it came from, by role, whose SHA-256 go into the provenance
 */
public record ImportedRun(
    String model,
    Map<String, NDArray> parameters,
    Map<String, NDArray> buffers,
    Map<String, String> data,
    Map<String, Path> origin) {

  /**
   * A release's file of sizes.
   *
   * @throws IOException if it cannot be read, or is no JSON
   */
  public static JsonNode sizes(Path file) throws IOException {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new IOException("%s is no JSON: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  /**
   * Writes a run folder whose only checkpoint, after 0 steps, holds the model.
   *
   * @param config of the run
   * @param training the part of it that the loop reads
   * @throws IOException if the folder holds a run already, or cannot be written
   */
  public void write(Record config, TrainingConfig training, Path root, NDManager manager)
      throws IOException {
    Map<String, String> libraries =
        new LinkedHashMap<>(Map.of("PyTorch", TorchEngine.start().version()));
    for (Map.Entry<String, Path> file : origin.entrySet()) {
      libraries.put("imported " + file.getKey() + ", sha256", Sha256.of(file.getValue()));
    }
    ProvenanceRecord provenance =
        ProvenanceRecord.now(
            model, config, training.seed(), data, libraries, manager.getDevice().toString());
    RunFolder folder = RunFolder.prepare(root, config, provenance, false);
    try (StopSignal before = new StopSignal()) {
      before.request();
      new TrainingLoop(
              "Importing",
              training,
              folder,
              new Untrained(parameters, buffers),
              manager,
              Progress.silent(),
              before)
          .run();
    }
  }

  /** A model that is saved and not trained. */
  private record Untrained(Map<String, NDArray> parameters, Map<String, NDArray> buffers)
      implements Trainee {

    @Override
    public StepLosses losses(TrainingStep step) {
      throw new IllegalStateException("an import makes no steps");
    }
  }
}
