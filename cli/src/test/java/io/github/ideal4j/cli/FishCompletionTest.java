package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion as fish does it, with the script sourced. */
class FishCompletionTest {

  private static final Path FISH = Path.of("/usr/bin/fish");

  @TempDir static Path folder;
  private static Path script;

  @BeforeAll
  static void writeTheScript() throws IOException {
    assumeTrue(Files.isExecutable(FISH), "there is no fish on this machine");
    script = folder.resolve("ideal.fish");
    Files.writeString(script, Outcome.run("completion", "fish").with(0).out());
  }

  /** What fish offers behind a line, and after a tab what it says of it. */
  private static List<String> offered(String line) throws Exception {
    ProcessBuilder fish =
        new ProcessBuilder(
                FISH.toString(),
                "--no-config",
                "-c",
                "source %s; complete -C '%s'".formatted(script, line))
            .directory(folder.toFile())
            .redirectErrorStream(true);
    Process process = fish.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return said.lines().map(String::strip).toList();
  }

  @Test
  void commandsAreCompletedWithWhatTheyDo() throws Exception {
    assertThat(offered("ideal tok"))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("tokenize\tTurn photographs into tokens"))
        .anyMatch(line -> line.startsWith("tokens\t"));
    assertThat(offered("./ideal tokens ver"))
        .hasSize(1)
        .allMatch(line -> line.startsWith("verify"));
  }

  @Test
  void optionsOfTheCommandAreCompletedWithoutTheHiddenOnes() throws Exception {
    assertThat(offered("ideal tokenize --ro"))
        .hasSize(1)
        .allMatch(line -> line.startsWith("--rows-per-batch\t"));
    assertThat(offered("ideal classify train --out x --tr"))
        .hasSize(1)
        .allMatch(line -> line.startsWith("--trainer\t"));
  }

  @Test
  void valuesOfAnOptionAreCompleted() throws Exception {
    assertThat(offered("ideal export --flavor "))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("ORT\t"))
        .anyMatch(line -> line.startsWith("PORTABLE\t"));
    assertThat(offered("ideal completion ")).contains("FISH");
  }

  @Test
  void filesAreCompletedWhereACommandTakesThem() throws Exception {
    assertThat(offered("ideal tokens head id")).containsExactly("ideal.fish");
    assertThat(offered("ideal tokens id")).isEmpty();
  }
}
