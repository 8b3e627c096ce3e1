package io.github.ideal4j.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Other readers of the same format; a test is skipped with the reason where one is missing. */
record Peer(List<String> command, Map<String, String> environment) {

  /** The interpreter IDEAL_PYTHON, or the project's {@code .venv/bin/python}. */
  static Peer python(String... packages) throws IOException {
    String python = setting("IDEAL_PYTHON", ".venv/bin/python");
    assumeTrue(python != null, "no Python: set IDEAL_PYTHON or make .venv in the project");
    Peer peer = new Peer(List.of(python), Map.of());
    String imports = "import " + String.join(", ", packages);
    assumeTrue(peer.start(List.of("-c", imports)).exit() == 0, python + " cannot " + imports);
    return peer;
  }

  /** Node with the packages of IDEAL_NODE_MODULES, or of the project's .venv/node_modules. */
  static Peer node(String npmPackage) throws IOException {
    String modules = setting("IDEAL_NODE_MODULES", ".venv/node_modules");
    assumeTrue(
        modules != null && Files.isDirectory(Path.of(modules, npmPackage)),
        "no npm package " + npmPackage + ": set IDEAL_NODE_MODULES");
    Peer peer = new Peer(List.of("node"), Map.of("NODE_PATH", modules));
    assumeTrue(peer.start(List.of("--version")).exit() == 0, "no node");
    return peer;
  }

  /** Runs a script of the test resources and returns what it prints. */
  String run(String script, Object... arguments) throws IOException {
    Path file = Path.of("src/test/resources/peer", script);
    List<String> call = new ArrayList<>(List.of(file.toString()));
    for (Object argument : arguments) {
      call.add(argument.toString());
    }
    Outcome outcome = start(call);
    assertThat(outcome.exit()).as("%s: %s", call, outcome.errors()).isZero();
    return outcome.output();
  }

  private record Outcome(int exit, String output, String errors) {}

  private Outcome start(List<String> arguments) throws IOException {
    List<String> call = new ArrayList<>(command);
    call.addAll(arguments);
    Path errors = Files.createTempFile("peer", ".txt");
    try {
      ProcessBuilder builder = new ProcessBuilder(call).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", call).isTrue();
      return new Outcome(process.exitValue(), output, Files.readString(errors));
    } catch (IOException e) {
      return new Outcome(-1, "", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running %s".formatted(call), e);
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  /** A system property, else an environment variable, else a path in the project if it exists. */
  private static String setting(String name, String inProject) {
    String value = System.getProperty(name, System.getenv(name));
    Path path = Path.of("..", inProject).toAbsolutePath().normalize();
    return value != null ? value : Files.exists(path) ? path.toString() : null;
  }
}
