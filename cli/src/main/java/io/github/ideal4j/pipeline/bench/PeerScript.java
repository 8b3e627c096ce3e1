package io.github.ideal4j.pipeline.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.ideal4j.onnx.serving.Provider;
import io.github.ideal4j.onnx.serving.SessionSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A Python script of this package that does what we do, to be timed beside it. */
final class PeerScript {

  private static final ObjectMapper JSON = new ObjectMapper();

  private PeerScript() {}

  /**
   * Refuses a comparison across devices.
   *
   * @throws IllegalArgumentException if there is a Python to compare with and ours is on a GPU
   */
  static void requireProcessor(Optional<String> python, SessionSettings settings) {
    if (python.isPresent() && settings.provider().kind() != Provider.Kind.CPU) {
      throw new IllegalArgumentException(
          "--python computes on the processor and cannot be compared with --provider %s; give one of them"
              .formatted(settings.provider()));
    }
  }

  /**
   * Runs a script to its end.
   *
   * @param python the interpreter
   * @param name of the resource beside this class
   * @param threads that numeric libraries may use
   * @param arguments of the script
   * @return what it printed: JSON, a value a line
   * @throws IOException if it fails; what it said goes to the error stream
   */
  static List<JsonNode> run(String python, String name, int threads, List<String> arguments)
      throws IOException {
    Path script = Files.createTempFile("ideal-peer", ".py");
    try {
      try (InputStream in = Objects.requireNonNull(PeerScript.class.getResourceAsStream(name))) {
        Files.write(script, in.readAllBytes());
      }
      List<String> call = new ArrayList<>(List.of(python, script.toString()));
      call.addAll(arguments);
      ProcessBuilder builder = new ProcessBuilder(call);
      builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
      Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("%s failed with exit code %d".formatted(call, process.exitValue()));
      }
      List<JsonNode> values = new ArrayList<>();
      for (String line : output.lines().toList()) {
        values.add(JSON.readTree(line));
      }
      return values;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running %s".formatted(name), e);
    } finally {
      Files.deleteIfExists(script);
    }
  }
}
