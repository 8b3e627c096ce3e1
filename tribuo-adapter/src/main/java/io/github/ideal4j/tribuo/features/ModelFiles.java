package io.github.ideal4j.tribuo.features;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.ideal4j.files.Sha256;
import java.io.IOException;
import java.nio.file.Path;

/** Files that features are made with: a saved model must find the same bytes again. */
final class ModelFiles {

  private ModelFiles() {}

  /**
   * Reads the sum of a file.
   *
   * @param expected the sum, empty where none is known yet
   * @return the sum
   * @throws PropertyException if the file cannot be read or has another sum
   */
  static String check(Path file, String expected) {
    try {
      String sum = Sha256.of(file);
      if (!expected.isEmpty() && !expected.equals(sum)) {
        throw new PropertyException(
            "", "file", "%s: its sha256 is %s instead of %s".formatted(file, sum, expected));
      }
      return sum;
    } catch (IOException e) {
      throw new PropertyException(
          e, "", "file", "cannot read %s: %s".formatted(file, e.getMessage()));
    }
  }
}
