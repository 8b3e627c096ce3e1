package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.testing.Peer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The measurement itself, on as little as it takes; its numbers mean nothing here. */
class BenchTokensTest {

  @TempDir private Path folder;

  @Test
  void theTableHasARowForEachTask() {
    assertThat(measure())
        .contains("20,000 rows of 256 uint16")
        .contains("medians of 2 rounds")
        .containsPattern("write zstd +[0-9.]+ +- +-")
        .containsPattern("take 10,000, again +[0-9.]+ +- +-");
  }

  @Test
  void beforePyarrowEveryTaskHasARatioWithItsSpread() throws IOException {
    Peer python = Peer.python("numpy", "pyarrow");
    assertThat(measure("--python=" + python.command().get(0)))
        .containsPattern("write +([0-9.]+ +){3}[0-9.]+ to [0-9.]+ +[0-9.]+ to [0-9.]+")
        .containsPattern("take 10,000, again +([0-9.]+ +){3}[0-9.]+ to [0-9.]+");
  }

  private String measure(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("bench", "tokens", "--count=20000", "--rounds=2", "--folder=" + folder));
    words.addAll(List.of(more));
    StringWriter printed = new StringWriter();
    int exit = IdealCommand.execute(new PrintWriter(printed), words.toArray(String[]::new));
    assertThat(exit).isZero();
    return printed.toString();
  }
}
