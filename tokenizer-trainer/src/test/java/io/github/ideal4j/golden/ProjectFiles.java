package io.github.ideal4j.golden;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Files that come with the project, found from the module's folder, which tests run in. */
public final class ProjectFiles {

  private ProjectFiles() {}

  /** Finds a file by its path below the project's folder, or skips the test. */
  public static Path find(String path) {
    Path file = Path.of("").toAbsolutePath().getParent().resolve(path);
    Assumptions.assumeTrue(Files.exists(file), "this checkout lacks " + path);
    return file;
  }
}
