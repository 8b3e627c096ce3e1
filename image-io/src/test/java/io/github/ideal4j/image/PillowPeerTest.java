package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Pillow of this machine makes what is committed: the scripts give the same sums again. */
@Tag("peer")
class PillowPeerTest {

  private static final Path SCRIPTS = Path.of("src/test/python");

  @TempDir Path folder;

  @Test
  void pillowStillMakesTheCommittedSums() throws Exception {
    String given = System.getenv("IDEAL_PYTHON");
    String python = given == null ? "../.venv/bin/python" : given;
    assumeTrue(
        works(python, "-c", "import PIL, numpy"),
        "no Python with Pillow and numpy: set IDEAL_PYTHON or make .venv in the project");
    Path golden = folder.resolve("golden");
    Files.createDirectories(golden);
    run(
        python,
        SCRIPTS.resolve("check_pillow_golden.py").toString(),
        GoldenImages.FOLDER.toString(),
        golden.resolve("expected.csv").toString());
    assertThat(Files.readAllLines(golden.resolve("expected.csv")))
        .isEqualTo(Files.readAllLines(GoldenImages.FOLDER.resolve("expected.csv")));
  }

  private static boolean works(String... call) throws InterruptedException {
    try {
      return new ProcessBuilder(call).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void run(String... call) throws Exception {
    Process process = new ProcessBuilder(call).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(List.of(call) + said).isZero();
  }
}
