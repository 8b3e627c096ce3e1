package io.github.ideal4j.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A published model to take over.
 *
 * @param weights safetensors with the release's names
 * @param sizes JSON of its sizes
 * @param settings assignments that change the configuration
 * @param check a reference file, if wanted
 * @param out run folder to make; may be missing where there is a reference
 * @param device auto, cpu, cuda or cuda:n
 * @param threads of the processor
 */
public record ImportRequest(
    Path weights,
    Path sizes,
    List<String> settings,
    Optional<Path> check,
    Optional<Path> out,
    String device,
    int threads) {

  /** Refuses an import of which nothing would come. */
  public ImportRequest {
    settings = List.copyOf(settings);
    if (check.isEmpty() && out.isEmpty()) {
      throw new IllegalArgumentException("--out or --check is needed, or nothing comes of it");
    }
  }

  /** Compares with a reference file. */
  @FunctionalInterface
  interface Check {
    TensorCheck with(Path reference) throws IOException;
  }

  /** Writes a run folder. */
  @FunctionalInterface
  interface Writing {
    void write(Map<String, Path> origin, Path run) throws IOException;
  }

  /** Compares and writes, each if it is wanted; a comparison that fails leaves no run folder. */
  ImportResult finish(int tensors, long parameters, Check comparison, Writing writing)
      throws IOException {
    Optional<TensorCheck> done = Optional.empty();
    if (check.isPresent()) {
      done = Optional.of(comparison.with(check.get()));
    }
    Optional<Path> run = done.map(TensorCheck::passed).orElse(true) ? out : Optional.empty();
    if (run.isPresent()) {
      Map<String, Path> origin = new LinkedHashMap<>();
      origin.put("weights", weights);
      origin.put("sizes", sizes);
      writing.write(origin, run.get());
    }
    return new ImportResult(run, tensors, parameters, done);
  }
}
