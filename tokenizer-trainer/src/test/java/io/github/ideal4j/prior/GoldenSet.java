package io.github.ideal4j.prior;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.safetensors.SafetensorsFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A folder of reference numbers; tests that need a missing one are skipped with its name. */
record GoldenSet(Path folder) {

  static GoldenSet find(String name) {
    Path folder = root().resolve(name);
    Assumptions.assumeTrue(Files.isDirectory(folder), "no golden set at " + folder);
    return new GoldenSet(folder);
  }

  private static Path root() {
    String given = System.getProperty("ideal.golden");
    if (given != null) {
      return Path.of(given);
    }
    URL resources = GoldenSet.class.getResource("/golden");
    Assumptions.assumeTrue(resources != null, "no golden sets on the test class path");
    try {
      return Path.of(resources.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  JsonNode config() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("config.json").toFile());
  }

  SafetensorsFile open(String file) throws IOException {
    return SafetensorsFile.open(folder.resolve(file));
  }
}
