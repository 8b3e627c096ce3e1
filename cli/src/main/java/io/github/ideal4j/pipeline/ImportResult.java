package io.github.ideal4j.pipeline;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What came of an import.
 *
 * @param run the run folder, if it was written
 * @param tensors how many
 * @param parameters numbers in them
 * @param check the comparison, if one was asked for
 */
public record ImportResult(
    Optional<Path> run, int tensors, long parameters, Optional<TensorCheck> check) {

  /** Whether no comparison failed. */
  public boolean good() {
    return check.map(TensorCheck::passed).orElse(true);
  }

  /**
   * The result in words.
   *
   * @param next the command that goes on with a run folder, RUN
   */
  public String text(String next) {
    String found = String.format(Locale.ROOT, "%d tensors, %,d parameters", tensors, parameters);
    String table = check.map(done -> done.text() + System.lineSeparator()).orElse("");
    return table
        + run.map(
                path ->
                    "%s: %s%nNext: %s".formatted(found, path, next.replace("RUN", path.toString())))
            .orElse(found + "; nothing was written");
  }
}
