package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ImageLoaderTest {

  private static final Path SHIPPED = Path.of("../examples/data/caltech101_64.zip");

  @Test
  void shippedPhotographsAreChosenByLabelsCsv() throws IOException {
    assumeTrue(Files.exists(SHIPPED), "no photographs at " + SHIPPED);
    try (ImageSource source = ImageSource.open(SHIPPED)) {
      assertThat(ImageSelection.split("train").withEvery(3).of(source)).hasSize(2096);
      assertThat(ImageSelection.split("test").withEvery(4).of(source)).hasSize(381);
      assertThat(source.entries().get(0))
          .isEqualTo(new ImageEntry("Leopards/image_0001.jpg", "Leopards", "train"));
      ImageLoader loader =
          new ImageLoader(source, ImageSelection.split("test").withEvery(100), 64, true);
      assertThat(loader.loadAll()).hasSize(16);
    }
  }
}
