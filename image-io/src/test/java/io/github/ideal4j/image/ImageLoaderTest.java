package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageLoaderTest {

  private static final Path SHIPPED = Path.of("../examples/data/caltech101_64.zip");

  @TempDir private Path folder;

  @Test
  void shippedPhotographsAreChosenByLabelsCsv() throws IOException {
    assumeTrue(Files.exists(SHIPPED), "no photographs at " + SHIPPED);
    try (ImageSource source = ImageSource.open(SHIPPED)) {
      assertThat(ImageSelection.split("train").withEvery(3).of(source)).hasSize(2096);
      assertThat(ImageSelection.split("test").withEvery(4).of(source)).hasSize(381);
      assertThat(source.classes()).hasSize(99);
      assertThat(source.entries().get(0))
          .isEqualTo(new ImageEntry("Leopards/image_0001.jpg", "Leopards", "train"));
      ImageLoader loader =
          new ImageLoader(source, ImageSelection.split("test").withEvery(100), 64, true);
      assertThat(loader.loadAll()).hasSize(16).allMatch(loaded -> loaded.image().width() == 64);
    }
  }

  @Test
  void unreadableImagesAreLeftOutAndCounted() throws IOException {
    writePhotographs();
    try (ImageSource source = ImageSource.open(folder)) {
      ImageLoader loader = new ImageLoader(source, ImageSelection.all(), 32, false);
      List<LoadedImage> images = loader.loadAll();
      assertThat(images).extracting(i -> i.entry().path()).containsExactly("a.jpg", "c.jpg");
      assertThat(loader.skipped()).isEqualTo(1);
      assertThat(loader.failures().get(0)).hasMessageStartingWith("'b.jpg': cut off");
      loader.loadAll();
      assertThat(loader.skipped()).isEqualTo(1);
    }
  }

  @Test
  void threadsChangeNeitherOrderNorWhatIsLeftOut() throws IOException {
    for (int i = 0; i < 60; i++) {
      byte[] photo = GoldenImages.read(i % 2 == 0 ? "rgb.png" : "sampling_420.jpg");
      int length = i % 7 == 3 ? photo.length / 2 : photo.length;
      Files.write(folder.resolve("%02d.jpg".formatted(i)), Arrays.copyOf(photo, length));
    }
    try (ImageSource source = ImageSource.open(folder)) {
      ImageLoader one = new ImageLoader(source, ImageSelection.all(), 16, false);
      ImageLoader four = one.withThreads(4);
      assertThat(four.loadAll()).isEqualTo(one.loadAll());
      assertThat(four.skipped()).isEqualTo(9);
      assertThat(four.failures())
          .extracting(IOException::getMessage)
          .isEqualTo(one.failures().stream().map(IOException::getMessage).toList());
    }
  }

  @Test
  void strictLoaderStopsAtTheFirstUnreadableImage() throws IOException {
    writePhotographs();
    try (ImageSource source = ImageSource.open(folder)) {
      ImageLoader loader = new ImageLoader(source, ImageSelection.all(), 32, true);
      assertThatThrownBy(loader::loadAll)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("'b.jpg': cut off");
    }
  }

  @Test
  void selectionOfNothingSaysWhatThereIs() throws IOException {
    writePhotographs();
    Files.writeString(folder.resolve("labels.csv"), "path,split\na.jpg,train\nc.jpg,test\n");
    try (ImageSource source = ImageSource.open(folder)) {
      assertThatThrownBy(() -> ImageSelection.split("valid").of(source))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no image of split 'valid'; the source has [test, train]");
    }
  }

  private void writePhotographs() throws IOException {
    byte[] photo = GoldenImages.read("photo.jpg");
    Files.write(folder.resolve("a.jpg"), photo);
    Files.write(folder.resolve("b.jpg"), Arrays.copyOf(photo, photo.length / 2));
    Files.write(folder.resolve("c.jpg"), GoldenImages.read("grey.png"));
  }
}
