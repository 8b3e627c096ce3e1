package io.github.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ideal4j.arrow.TokenDataset;
import io.github.ideal4j.image.ImageDecoder;
import io.github.ideal4j.image.ImageEntry;
import io.github.ideal4j.image.ImageSource;
import io.github.ideal4j.image.RgbImage;
import io.github.ideal4j.pipeline.Photographs;
import io.github.ideal4j.pipeline.ShippedFiles;
import io.github.ideal4j.pipeline.Tokenizing;
import io.github.ideal4j.progress.Progress;
import io.github.ideal4j.testing.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Photographs to tokens here, and in Python with Pillow and its own ONNX Runtime: some of natural
 * size, what Pillow makes of them in other sizes, and shipped ones, which have the model's size.
 * {@code -Dideal.peer.photographs=650} takes more of them.
 */
class PeerPhotographsTest {

  private static final int COUNT = Integer.getInteger("ideal.peer.photographs", 150);
  private static final Path PEER = Path.of("src/test/resources/peer");

  /** The other runtime is of another version; a token on the border of two codes may turn. */
  private static final double EQUAL_TOKENS = 0.999;

  private static final int NATURAL = Math.min(150, COUNT * 3 / 5);
  private static final int VARIANTS = COUNT / 5;

  @TempDir Path folder;

  @Test
  void photographsGiveTheTokensThatPythonGives() throws IOException {
    Peer python =
        Peer.python("numpy", "onnxruntime", "PIL", "pyarrow").within(Duration.ofMinutes(5));
    Path bundle = ShippedFiles.locate().bundle().orElseThrow();
    Path natural = natural();
    Path variants = Files.createDirectories(folder.resolve("variants"));
    python.run(PEER.resolve("variants.py"), natural, variants, VARIANTS);
    long cropped = oblong(natural) + oblong(variants);
    assertThat(cropped).isGreaterThanOrEqualTo(100);
    compare(python, bundle, natural, NATURAL);
    compare(python, bundle, variants, VARIANTS);
    compare(python, bundle, shipped(), COUNT - NATURAL);
    System.out.printf("%d of %d photographs not square%n", cropped, COUNT + VARIANTS);
  }

  private void compare(Peer python, Path bundle, Path photographs, int count) throws IOException {
    Path ours = folder.resolve("ours.arrow");
    Tokenizing.run(
        Tokenizing.Request.file(bundle, Photographs.all(photographs), ours, 2), Progress.silent());
    Path theirs = folder.resolve("theirs.arrow");
    python.run(
        "src/main/resources/io/github/ideal4j/pipeline/bench/encode.py",
        bundle,
        photographs,
        theirs,
        2,
        8,
        1);
    long equal = 0;
    long images = 0;
    try (TokenDataset one = TokenDataset.open(ours);
        TokenDataset other = TokenDataset.open(theirs)) {
      assertThat(one.size()).isEqualTo(count);
      assertThat(other.size()).isEqualTo(count);
      for (long row = 0; row < count; row++) {
        int[] a = one.row(row).grid().indices();
        int[] b = other.row(row).grid().indices();
        int same = 0;
        for (int i = 0; i < a.length; i++) {
          same += a[i] == b[i] ? 1 : 0;
        }
        equal += same;
        images += same == a.length ? 1 : 0;
      }
    }
    System.out.printf(
        "%s: %d of %d tokens equal, %d of %d images whole%n",
        photographs.getFileName(), equal, 256L * count, images, count);
    assertThat(equal / (256.0 * count)).isGreaterThanOrEqualTo(EQUAL_TOKENS);
    Files.delete(ours);
    Files.delete(theirs);
  }

  /** How many are not square, and so lose their borders. */
  private static long oblong(Path photographs) throws IOException {
    long oblong = 0;
    try (ImageSource source = ImageSource.open(photographs)) {
      for (ImageEntry entry : source.entries()) {
        RgbImage image = ImageDecoder.decode(source.read(entry), entry.path());
        oblong += image.width() == image.height() ? 0 : 1;
      }
    }
    return oblong;
  }

  /** As they were photographed: from 64 pixels to some hundreds. */
  private Path natural() throws IOException {
    Path to = Files.createDirectories(folder.resolve("natural"));
    try (ImageSource source = ImageSource.open(PEER.resolve("photos_natural.zip"))) {
      List<ImageEntry> entries = source.entries();
      for (int i = 0; i < NATURAL; i++) {
        ImageEntry entry = entries.get((int) ((long) entries.size() * i / NATURAL));
        Files.write(to.resolve("%06d.jpg".formatted(i)), source.read(entry));
      }
    }
    return to;
  }

  /** Photographs of both shipped sets. */
  private Path shipped() throws IOException {
    Path to = Files.createDirectories(folder.resolve("shipped"));
    int count = COUNT - NATURAL;
    int written = 0;
    for (String set : List.of("caltech101_64.zip", "eurosat_64.zip")) {
      try (ImageSource source = ImageSource.open(Path.of("../examples/data").resolve(set))) {
        int until = set.startsWith("caltech") ? count * 3 / 4 : count;
        int every = Math.max(1, source.entries().size() / count);
        for (int i = 0; written < until; i++) {
          ImageEntry entry = source.entries().get(i * every);
          String ending = entry.path().substring(entry.path().lastIndexOf('.'));
          Files.write(to.resolve("%06d%s".formatted(written++, ending)), source.read(entry));
        }
      }
    }
    return to;
  }
}
