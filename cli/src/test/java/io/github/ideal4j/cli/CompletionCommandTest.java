package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion as bash does it, with the script sourced. */
class CompletionCommandTest {

  private static final Path BASH = Path.of("/bin/bash");

  @TempDir static Path folder;
  private static Path script;

  @BeforeAll
  static void writeTheScript() throws IOException {
    assumeTrue(Files.isExecutable(BASH), "there is no bash on this machine");
    StringWriter out = new StringWriter();
    assertThat(IdealCommand.execute(new PrintWriter(out, true), "completion", "bash")).isZero();
    script = folder.resolve("ideal-completion");
    Files.writeString(script, out.toString());
  }

  /** What bash offers behind these words; the last one is not finished. */
  private static List<String> offered(String... words) throws Exception {
    String array = "'" + String.join("' '", words) + "'";
    String asked =
        "source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; COMP_POINT=${#COMP_LINE}; "
                .formatted(script, array, words.length - 1, String.join(" ", words))
            + "_complete_ideal 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"";
    Process bash = new ProcessBuilder(BASH.toString(), "--norc", "-c", asked).start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return said.lines().map(String::strip).toList();
  }

  @Test
  void commandsAreCompleted() throws Exception {
    assertThat(offered("ideal", "tok")).containsExactlyInAnyOrder("tokenize", "tokens");
    assertThat(offered("ideal", "tokens", "")).contains("head", "verify", "score");
  }

  @Test
  void optionsOfTheCommandAreCompletedWithoutTheHiddenOnes() throws Exception {
    assertThat(offered("ideal", "tokenize", "--ro")).containsExactly("--rows-per-batch");
    assertThat(offered("ideal", "classify", "train", "--tr")).containsExactly("--trainer");
  }

  @Test
  void valuesOfAnOptionAreCompleted() throws Exception {
    assertThat(offered("ideal", "export", "--flavor", "")).contains("ORT", "PORTABLE");
  }
}
