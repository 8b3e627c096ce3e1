package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.testing.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Pillow of this machine makes what is committed: the scripts give the same sums again. */
@Tag("peer")
class PillowPeerTest {

  private static final Path SCRIPTS = Path.of("src/test/python");

  @TempDir Path folder;

  @Test
  void pillowStillMakesTheCommittedSums() throws IOException {
    Peer python = Peer.python("PIL", "numpy");
    Path golden = folder.resolve("golden");
    Files.createDirectories(golden);
    python.run(
        SCRIPTS.resolve("check_pillow_golden.py"),
        GoldenImages.FOLDER,
        golden.resolve("expected.csv"));
    assertThat(Files.readAllLines(golden.resolve("expected.csv")))
        .isEqualTo(Files.readAllLines(GoldenImages.FOLDER.resolve("expected.csv")));
  }
}
