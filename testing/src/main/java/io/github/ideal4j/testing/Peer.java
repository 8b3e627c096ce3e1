package io.github.ideal4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Another implementation: Python or Node with the packages that a test needs; the test is skipped
 * with the reason where one is missing.
 *
 * @param command what starts it; the rest of a call follows
 * @param environment variables beside those of this process
 * @param folder where it runs
 * @param limit how long a call may take
 */
public record Peer(
    List<String> command, Map<String, String> environment, Path folder, Duration limit) {

  private static final Path HERE = Path.of("").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Copies what can change. */
  public Peer {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /**
   * The interpreter {@code IDEAL_PYTHON}, else the project's {@code .venv/bin/python}, else the
   * {@code python3} of the path.
   *
   * @param packages that it must be able to import
   */
  public static Peer python(String... packages) throws IOException {
    Peer peer =
        new Peer(
            List.of(setting("IDEAL_PYTHON", ".venv/bin/python", "python3")), Map.of(), HERE, LIMIT);
    String imports = packages.length == 0 ? "pass" : "import " + String.join(", ", packages);
    assumeTrue(
        peer.start("-c", imports).exit() == 0,
        "%s cannot '%s': set IDEAL_PYTHON or make .venv in the project"
            .formatted(peer.program(), imports));
    return peer;
  }

  /** Node with the packages of {@code IDEAL_NODE_MODULES}, or of {@code .venv/node_modules}. */
  public static Peer node(String npmPackage) throws IOException {
    String modules = setting("IDEAL_NODE_MODULES", ".venv/node_modules", "");
    assumeTrue(
        !modules.isEmpty() && Files.isDirectory(Path.of(modules, npmPackage)),
        "no npm package %s: set IDEAL_NODE_MODULES".formatted(npmPackage));
    Peer peer = new Peer(List.of("node"), Map.of("NODE_PATH", modules), HERE, LIMIT);
    assumeTrue(
        peer.start("-e", "require('%s')".formatted(npmPackage)).exit() == 0,
        "node cannot require '%s'".formatted(npmPackage));
    return peer;
  }

  /** The same in another folder. */
  public Peer in(Path otherFolder) {
    return new Peer(command, environment, otherFolder, limit);
  }

  /** The same with more variables. */
  public Peer with(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(variables);
    return new Peer(command, all, folder, limit);
  }

  /** The same with another limit. */
  public Peer within(Duration otherLimit) {
    return new Peer(command, environment, folder, otherLimit);
  }

  /** The program alone. */
  public String program() {
    return command.get(0);
  }

  /** Runs it, fails the test unless it ends well, and returns what it prints. */
  public String run(Object... arguments) throws IOException {
    Outcome outcome = start(arguments);
    assertThat(outcome.exit()).as("%s: %s", List.of(arguments), outcome.errors()).isZero();
    return outcome.output();
  }

  private record Outcome(int exit, String output, String errors) {}

  private Outcome start(Object... arguments) throws IOException {
    List<String> call = new ArrayList<>(command);
    for (Object argument : arguments) {
      call.add(argument.toString());
    }
    Path output = Files.createTempFile("peer", ".out");
    Path errors = Files.createTempFile("peer", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(call)
              .directory(folder.toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process;
      try {
        process = builder.start();
      } catch (IOException e) {
        return new Outcome(-1, "", e.getMessage());
      }
      return new Outcome(exit(process, call), Files.readString(output), Files.readString(errors));
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }

  private int exit(Process process, List<String> call) throws IOException {
    try {
      assertThat(process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)).as("%s ends", call).isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running %s".formatted(call), e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** A system property, else an environment variable, else a path in the project if it exists. */
  private static String setting(String name, String inProject, String otherwise) {
    String value = System.getProperty(name, System.getenv(name));
    if (value != null) {
      return value.contains("/") ? HERE.resolve(value).toString() : value;
    }
    Path path = HERE.resolve("..").resolve(inProject).normalize();
    return Files.exists(path) ? path.toString() : otherwise;
  }
}
