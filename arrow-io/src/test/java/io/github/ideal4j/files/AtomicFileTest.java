package io.github.ideal4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path folder;

  @Test
  void failedWriteLeavesTheEarlierFile() throws IOException {
    Path target = folder.resolve("deep/er/a.txt");
    AtomicFile.writeString(target, "first");

    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    beside -> {
                      Files.writeString(beside, "half of the sec");
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");

    assertThat(target).hasContent("first");
    assertThat(target.getParent()).isDirectoryNotContaining("glob:**.partial");
  }

  @Test
  void folderIsReplacedWhole() throws IOException {
    Path target = folder.resolve("bundle");
    writeFolder(target, "old.txt");
    writeFolder(target, "new.txt");

    assertThat(target).isDirectoryContaining("glob:**new.txt");
    assertThat(target).isDirectoryNotContaining("glob:**old.txt");
    assertThat(folder).isDirectoryNotContaining("glob:**{.partial,.old}");
  }

  @Test
  void sumIsTheKnownOneOfTheStandard() throws IOException {
    // "abc" is the first example of FIPS 180-4.
    String expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    Path file = folder.resolve("abc");
    Files.writeString(file, "abc");

    assertThat(Sha256.of(file)).isEqualTo(expected);
    assertThat(Sha256.of(new byte[] {'a', 'b', 'c'})).isEqualTo(expected);
  }

  private static void writeFolder(Path target, String file) throws IOException {
    AtomicFile.writeFolder(
        target,
        beside -> {
          Files.createDirectories(beside);
          Files.writeString(beside.resolve(file), file);
        });
  }
}
