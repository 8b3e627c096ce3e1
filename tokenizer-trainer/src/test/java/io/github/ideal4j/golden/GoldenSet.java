package io.github.ideal4j.golden;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.safetensors.SafetensorsFile;
import io.github.ideal4j.torch.Autograd;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/**
 * A folder of reference numbers, in the test resources or below the folder that the system property
 * {@code ideal.golden} names. A test that needs a missing one is skipped with its name.
 *
 * @param folder of the set
 */
public record GoldenSet(Path folder) {

  /** Finds a set, or skips the test. */
  public static GoldenSet find(String name) {
    Path folder = root().resolve(name);
    Assumptions.assumeTrue(Files.isDirectory(folder), "there is no golden set " + folder);
    return new GoldenSet(folder);
  }

  /** The folder of all sets. */
  public static Path root() {
    String given = System.getProperty("ideal.golden");
    if (given != null) {
      return Path.of(given);
    }
    URL resources = GoldenSet.class.getResource("/golden");
    Assumptions.assumeTrue(resources != null, "there are no golden sets on the class path");
    try {
      return Path.of(resources.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The set's {@code config.json}. */
  public JsonNode config() throws IOException {
    return new ObjectMapper().readTree(file("config.json").toFile());
  }

  /** A file of the set. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** A file of arrays. */
  public SafetensorsFile open(String name) throws IOException {
    return SafetensorsFile.open(file(name));
  }

  /** Runs a check, with gradients on, on each case of a {@code .json} and its arrays. */
  public void each(String name, NDManager manager, Consumer<GoldenCase> check) throws IOException {
    JsonNode json = new ObjectMapper().readTree(file(name + ".json").toFile());
    try (SafetensorsFile tensors = open(name + ".safetensors")) {
      for (Map.Entry<String, JsonNode> entry : json.get("cases").properties()) {
        Autograd.setRecording(true);
        check.accept(new GoldenCase(entry.getKey(), entry.getValue(), tensors, manager));
      }
    } finally {
      Autograd.setRecording(false);
    }
  }
}
