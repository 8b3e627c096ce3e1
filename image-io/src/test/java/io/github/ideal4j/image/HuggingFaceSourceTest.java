package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets that Python's {@code datasets} saved; {@code make.py} beside them says how. */
class HuggingFaceSourceTest {

  private static final Path SAVED = Path.of("src/test/resources/hugging-face/saved");
  private static final String FIRST = "train/data-00000-of-00002.arrow";

  @TempDir Path folder;

  @Test
  void splitsLabelsAndOrderAreThoseOfTheDataSet() throws IOException {
    try (ImageSource source = ImageSource.open(SAVED)) {
      List<ImageEntry> entries = source.entries();
      assertThat(entries).extracting(ImageEntry::split).startsWith("train").endsWith("test");
      assertThat(entries)
          .extracting(ImageEntry::label)
          .containsExactly("cat", "Hund", "猫", "cat", null, "猫", "cat", "Hund");
      assertThat(entries.get(0).path()).isEqualTo("train/00000000");
      assertThat(entries.get(4).path()).isEqualTo("train/00000004-4.png");
      assertThat(source.classes()).containsExactly("Hund", "cat", "猫");
      for (int i = 0; i < entries.size(); i++) {
        RgbImage image = ImageDecoder.decode(source.read(entries.get(i)), "image " + i);
        assertThat(image.width()).isEqualTo(8);
        assertThat(image.height()).isEqualTo(6);
        assertThat(image.sample(3, 2, 0)).isEqualTo(30 * i);
        assertThat(image.sample(3, 2, 1)).isEqualTo(255 - 30 * i);
      }
    }
  }

  @Test
  void aSplitAndAStreamAreSourcesToo() throws IOException {
    try (ImageSource source = ImageSource.open(SAVED.resolve("train"))) {
      assertThat(source.entries()).hasSize(5);
    }
    try (ImageSource source = ImageSource.open(SAVED.resolve(FIRST))) {
      assertThat(source.entries()).hasSize(3);
      assertThat(source.entries().get(2).label()).isEqualTo("猫");
    }
  }

  @Test
  void aSelectionThatWasNotWrittenOutIsRefused() throws IOException {
    Path copy = copy();
    Path state = copy.resolve("train/state.json");
    Files.writeString(
        state,
        Files.readString(state)
            .replaceFirst("\\{", "{\"_indices_files\": [{\"filename\": \"indices.arrow\"}],"));

    assertThatThrownBy(() -> ImageSource.open(copy))
        .isInstanceOf(ImageFormatException.class)
        .hasMessageContaining("call flatten_indices() before save_to_disk()");
  }

  @Test
  void aFileOutsideOfTheFolderIsRefused() throws IOException {
    Path copy = copy();
    Path state = copy.resolve("train/state.json");
    Files.writeString(
        state, Files.readString(state).replace("data-00000-of-00002.arrow", "../../secret.arrow"));

    assertThatThrownBy(() -> ImageSource.open(copy))
        .isInstanceOf(ImageFormatException.class)
        .hasMessageContaining("leads outside");
  }

  @Test
  void aDamagedStreamGivesImagesOrOneRefusal() throws IOException {
    byte[] bytes = Files.readAllBytes(SAVED.resolve(FIRST));
    Path file = folder.resolve("damaged.arrow");
    SplittableRandom random = new SplittableRandom(1);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = bytes.clone();
      if (i % 5 == 0) {
        damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      } else if (i % 5 == 1) {
        int at = 4 * random.nextInt(bytes.length / 4 - 2);
        ByteBuffer.wrap(damaged)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(at, random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt());
      } else {
        damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file, damaged);
      try (ImageSource source = ImageSource.open(file)) {
        for (ImageEntry entry : source.entries()) {
          source.read(entry);
        }
      } catch (ImageFormatException e) {
        refused++;
        assertThat(e.getMessage()).doesNotContain("\n");
      }
    }
    assertThat(refused).isGreaterThan(600);
  }

  /** Through the command line's path: labels and images arrive at the loader. */
  @Test
  void theLoaderReadsThem() throws IOException {
    try (ImageSource source = ImageSource.open(SAVED)) {
      ImageLoader loader = new ImageLoader(source, ImageSelection.all(), 4, true);
      List<String> labels = new ArrayList<>();
      for (LoadedImage image : loader) {
        labels.add(Objects.toString(image.entry().label()));
      }
      assertThat(labels).hasSize(8);
    }
  }

  private Path copy() throws IOException {
    Path copy = folder.resolve("copy");
    PathUtils.copyDirectory(SAVED, copy);
    return copy;
  }
}
