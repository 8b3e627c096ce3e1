package io.github.ideal4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Python and Node, for programs of this folder; a test is skipped where one is missing. */
final class Peers {

  private Peers() {}

  /** Runs a program of {@code examples/python} in a folder and returns what it prints. */
  static String python(String program, String packages, Path folder, Map<String, String> settings)
      throws IOException, InterruptedException {
    String python = System.getenv().getOrDefault("IDEAL_PYTHON", "../.venv/bin/python");
    assumeTrue(Files.isExecutable(Path.of(python)), "no Python: set IDEAL_PYTHON or make .venv");
    String executable = Path.of(python).toAbsolutePath().normalize().toString();
    String found = "import importlib.util as u; assert all(map(u.find_spec, '%s'.split()))";
    assumeTrue(
        start(folder, settings, executable, "-c", found.formatted(packages)).exit() == 0,
        "Python has not all of " + packages);
    return output(folder, settings, executable, path("python", program));
  }

  /** Runs a program of {@code examples/javascript} in a folder and returns what it prints. */
  static String node(String program, String packageName, Path folder)
      throws IOException, InterruptedException {
    Path modules =
        Path.of(System.getenv().getOrDefault("IDEAL_NODE_MODULES", "../.venv/node_modules"))
            .toAbsolutePath()
            .normalize();
    assumeTrue(
        Files.isDirectory(modules.resolve(packageName)),
        "no npm package %s: set IDEAL_NODE_MODULES".formatted(packageName));
    Map<String, String> settings = Map.of("NODE_PATH", modules.toString());
    return output(folder, settings, "node", path("javascript", program));
  }

  private static String path(String language, String program) {
    return Path.of(language, program).toAbsolutePath().toString();
  }

  private record Outcome(int exit, String output, String errors) {}

  private static String output(Path folder, Map<String, String> settings, String... call)
      throws IOException, InterruptedException {
    Outcome outcome = start(folder, settings, call);
    assertThat(outcome.exit()).as(outcome.errors()).isZero();
    return outcome.output();
  }

  private static Outcome start(Path folder, Map<String, String> settings, String... call)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("peer", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(call).directory(folder.toFile()).redirectError(errors.toFile());
      builder.environment().putAll(settings);
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", call[0]).isTrue();
      return new Outcome(process.exitValue(), output, Files.readString(errors));
    } finally {
      Files.delete(errors);
    }
  }
}
