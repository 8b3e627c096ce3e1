package io.github.ideal4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedFilesTest {

  @Test
  void featuresAreCachedBesideTheProject(@TempDir Path home) {
    assertThat(ShippedFiles.cache(home)).isEqualTo(home.resolve(".ideal/features"));
  }

  /** As of a distribution that an administrator unpacked; here the folder is not there at all. */
  @Test
  void featuresAreCachedInTheWorkingFolderWhereTheProjectCannotBeWritten(@TempDir Path folder) {
    assertThat(ShippedFiles.cache(folder.resolve("missing"))).isEqualTo(Path.of(".ideal/features"));
  }
}
